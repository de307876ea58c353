package io.catchwater.pipeline.oracle;

import io.catchwater.pipeline.oracle.PrefixOracle.Bounds;
import java.util.List;

/** Decides by trying every order of every closed set of operations: the definition itself, for small histories. */
final class Exhaustive {

    private final History history;
    private final Bounds bounds;
    private final String wanted;

    private Exhaustive(History history, Bounds bounds, String wanted) {
        this.history = history;
        this.bounds = bounds;
        this.wanted = wanted;
    }

    static boolean isPrefix(History history, ObservedTree found, Bounds bounds) {
        Exhaustive search = new Exhaustive(history, bounds, Machine.text(found));
        return search.search(
                new Machine(history.layout()), new int[history.threads().size()]);
    }

    private boolean search(Machine machine, int[] done) {
        if (satisfies(done) && Machine.text(machine.look()).equals(wanted)) {
            return true;
        }
        for (int thread = 0; thread < done.length; thread++) {
            List<Op> ops = history.threads().get(thread);
            if (done[thread] == ops.size() || !mayBeNext(ops.get(done[thread]), done)) {
                continue;
            }
            Machine next = machine.copy();
            if (!executes(next, ops.get(done[thread]))) {
                continue;
            }
            done[thread]++;
            boolean reached = search(next, done);
            done[thread]--;
            if (reached) {
                return true;
            }
        }
        return false;
    }

    private static boolean executes(Machine machine, Op op) {
        if (op.kind() == Kind.DROP) {
            machine.execute(op);
            return true;
        }
        return !op.hasEffect() || machine.execute(op) == 0;
    }

    private boolean mayBeNext(Op op, int[] done) {
        for (int thread = 0; thread < done.length; thread++) {
            if (history.returnedBefore(thread, op.begin()) > done[thread]) {
                return false;
            }
        }
        return op.begin() < bounds.noneBegunAfter();
    }

    private boolean satisfies(int[] done) {
        for (int thread = 0; thread < done.length; thread++) {
            if (history.returnedBefore(thread, bounds.includesAllReturnedBefore()) > done[thread]) {
                return false;
            }
        }
        return true;
    }
}
