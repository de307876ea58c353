package io.catchwater.pipeline.oracle;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The smallest set of operations that is closed under "returned before" and has what was required so far: a number of
 * operations for each thread. It only grows.
 */
final class Prefix {

    private final History history;
    private final List<Limit> limits;
    private final int[] done;
    private final String[] reasons;

    /**
     * What restricts how many operations a thread can have done.
     *
     * @param allowed the numbers that are possible
     * @param whyNot says what is against a number
     */
    record Limit(BitSet allowed, WhyNot whyNot) {}

    /** Explains to a reader why a thread cannot have done so many operations. */
    interface WhyNot {
        String explain(int operations);
    }

    /** @throws Contradiction when a thread has no possible number at all */
    Prefix(History history, List<Limit> limits) throws Contradiction {
        this.history = history;
        this.limits = limits;
        this.done = new int[limits.size()];
        this.reasons = new String[limits.size()];
        for (int thread = 0; thread < limits.size(); thread++) {
            done[thread] = -1;
            raise(thread, 0, "the log begins so");
        }
    }

    boolean contains(Op op) {
        return op.index() < done[op.thread()];
    }

    /** Number of operations that a thread has done. */
    int done(int thread) {
        return done[thread];
    }

    List<Integer> done() {
        List<Integer> all = new ArrayList<>();
        for (int number : done) {
            all.add(number);
        }
        return all;
    }

    /** Why an operation is in: at least so many of its thread's operations are. */
    String why(Op op) {
        return reasons[op.thread()];
    }

    /** @throws Contradiction when the operation cannot be in */
    void require(Op op, String reason) throws Contradiction {
        raise(op.thread(), op.index() + 1, reason);
    }

    /** @throws Contradiction when the thread cannot have done so many operations */
    void raise(int thread, int operations, String reason) throws Contradiction {
        if (operations <= done[thread]) {
            return;
        }
        Limit limit = limits.get(thread);
        int next = limit.allowed().nextSetBit(operations);
        if (next < 0) {
            if (operations == 0) {
                throw new Contradiction("thread " + thread + " cannot have done any number of operations: "
                        + limit.whyNot().explain(operations));
            }
            throw new Contradiction("thread " + thread + " must have done " + operations + " operations ("
                    + operation(thread, operations) + ") because " + reason + "; but "
                    + limit.whyNot().explain(operations));
        }
        done[thread] = next;
        reasons[thread] = next == operations
                ? reason
                : reason + "; and after " + operations + " to " + (next - 1) + " operations it would look otherwise";
    }

    private String operation(int thread, int operations) {
        List<Op> ops = history.threads().get(thread);
        return operations >= 1 && operations <= ops.size()
                ? ops.get(operations - 1).toString()
                : "none";
    }

    /** Adds every operation that had returned before one that is in began. */
    void close() throws Contradiction {
        boolean grew = true;
        while (grew) {
            grew = false;
            for (int thread = 0; thread < done.length; thread++) {
                grew |= done[thread] > 0
                        && addReturnedBefore(history.threads().get(thread).get(done[thread] - 1));
            }
        }
    }

    private boolean addReturnedBefore(Op op) throws Contradiction {
        boolean grew = false;
        for (int thread = 0; thread < done.length; thread++) {
            int needed = history.returnedBefore(thread, op.begin());
            if (needed > done[thread]) {
                raise(thread, needed, "that had returned before " + op + " began, which is in, because " + why(op));
                grew = true;
            }
        }
        return grew;
    }
}
