package io.catchwater.pipeline.oracle;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Cells that everybody overwrites, whose content names who wrote them last; one thread, the owner, also empties them
 * from some cell on. A shared file, or a shared name (then there is one cell).
 */
final class Register {

    private static final int BLOCK = 4096;

    /** Cells [start, end) overwritten by an operation. */
    record Change(Op op, long start, long end) {

        boolean meets(long from, long to) {
            return start < to && from < end;
        }
    }

    /** Cells [start, end) as found: written by an operation last, or empty, or as they were before everything. */
    sealed interface Seen {
        long start();

        long end();
    }

    record SeenWritten(long start, long end, Op writer) implements Seen {}

    record SeenEmpty(long start, long end) implements Seen {}

    record SeenUntouched(long start, long end) implements Seen {}

    private final String name;
    private final boolean emptyAtFirst;
    private final Map<Long, List<Change>> writes = new HashMap<>();
    private final List<Change> resets = new ArrayList<>();

    /** @param emptyAtFirst whether cells that nobody touched are empty */
    Register(String name, boolean emptyAtFirst) {
        this.name = name;
        this.emptyAtFirst = emptyAtFirst;
    }

    void addWrite(Op op, long start, long end) {
        for (long block = start / BLOCK; block <= (end - 1) / BLOCK; block++) {
            writes.computeIfAbsent(block, key -> new ArrayList<>()).add(new Change(op, start, end));
        }
    }

    /** In the order the owner made them. */
    void addReset(Op op, long start) {
        resets.add(new Change(op, start, Long.MAX_VALUE));
    }

    /** To be called after all has been added, before the first check. */
    void seal() {
        writes.values()
                .forEach(list ->
                        list.sort(Comparator.comparingLong(change -> change.op().end())));
    }

    /** The owner's first reset that is not in, or null. */
    Op nextReset(Prefix prefix) {
        for (Change reset : resets) {
            if (!prefix.contains(reset.op())) {
                return reset.op();
            }
        }
        return null;
    }

    /** The owner's last reset that is in, or null. */
    Change lastReset(Prefix prefix) {
        List<Change> in = in(resets, prefix);
        return in.isEmpty() ? null : in.get(in.size() - 1);
    }

    private static List<Change> in(List<Change> changes, Prefix prefix) {
        return changes.stream().filter(change -> prefix.contains(change.op())).toList();
    }

    /**
     * Looks for an order of the operations that are in which leaves the cells as found.
     *
     * @throws Contradiction when there is none
     */
    void check(List<Seen> seen, Prefix prefix) throws Contradiction {
        List<Change> resetsIn = in(resets, prefix);
        Map<Long, List<Change>> writesIn = new HashMap<>();
        Precedence precedence = new Precedence();
        for (Seen run : seen) {
            for (long block = run.start() / BLOCK; block <= (run.end() - 1) / BLOCK; block++) {
                long from = Math.max(run.start(), block * BLOCK);
                long to = Math.min(run.end(), (block + 1) * BLOCK);
                List<Change> near =
                        writesIn.computeIfAbsent(block, key -> in(writes.getOrDefault(key, List.of()), prefix));
                new Check(prefix, precedence, from, to).check(run, near, resetsIn);
            }
        }
        List<Op> cycle = precedence.cycle();
        if (!cycle.isEmpty()) {
            throw new Contradiction(name
                    + ": no order of these leaves what was found, each has to come before the next, the last before the first:\n  "
                    + String.join("\n  ", cycle.stream().map(Op::toString).toList()));
        }
    }

    /** One run of cells within one block. */
    private final class Check {
        private final Prefix prefix;
        private final Precedence precedence;
        private final long from;
        private final long to;

        Check(Prefix prefix, Precedence precedence, long from, long to) {
            this.prefix = prefix;
            this.precedence = precedence;
            this.from = from;
            this.to = to;
        }

        void check(Seen run, List<Change> near, List<Change> resetsIn) throws Contradiction {
            if (run instanceof SeenWritten written) {
                requireAllBefore(near, from, to, written.writer(), "bytes of " + written.writer());
                requireAllBefore(resetsIn, from, to, written.writer(), "bytes of " + written.writer());
            } else if (run instanceof SeenUntouched) {
                requireNone(near, from, to, "what was there before everything");
                requireNone(resetsIn, from, to, "what was there before everything");
            } else {
                checkEmpty(near, resetsIn);
            }
        }

        /** The last reset that covers an empty cell emptied it: if any can have, that one can, as the owner's are in order. */
        private void checkEmpty(List<Change> near, List<Change> resetsIn) throws Contradiction {
            long left = to;
            for (int i = resetsIn.size() - 1; i >= 0 && left > from; i--) {
                long start = Math.max(from, resetsIn.get(i).start());
                if (start < left) {
                    requireAllBefore(
                            near,
                            start,
                            left,
                            resetsIn.get(i).op(),
                            "nothing, since " + resetsIn.get(i).op());
                    left = start;
                }
            }
            if (left > from) {
                requireNone(near, from, left, "nothing");
                if (!emptyAtFirst) {
                    throw new Contradiction(
                            name + range(from, left) + ": found nothing, but no operation took away what was there");
                }
            }
        }

        private void requireAllBefore(List<Change> byEnd, long start, long end, Op last, String found)
                throws Contradiction {
            for (int i = byEnd.size() - 1; i >= 0 && byEnd.get(i).op().end() >= last.begin(); i--) {
                Op op = byEnd.get(i).op();
                if (!byEnd.get(i).meets(start, end) || op.equals(last)) {
                    continue;
                }
                if (last.returnedBefore(op)) {
                    throw new Contradiction(name + range(start, end) + ": found " + found + "; expected " + op
                            + ", which began later and is in, because " + prefix.why(op));
                }
                precedence.add(op, last);
            }
        }

        private void requireNone(List<Change> changes, long start, long end, String found) throws Contradiction {
            for (Change change : changes) {
                if (change.meets(start, end)) {
                    throw new Contradiction(name + range(start, end) + ": found " + found + "; expected " + change.op()
                            + ", which is in, because " + prefix.why(change.op()));
                }
            }
        }

        private String range(long start, long end) {
            return " [" + start + ", " + end + ")";
        }
    }
}
