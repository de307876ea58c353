package io.catchwater.pipeline.oracle;

import io.catchwater.pipeline.oracle.Layout.PreparedFile;
import io.catchwater.pipeline.oracle.Layout.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Threads that call, take effect and return in a random order on a {@link Machine}. */
final class Simulation {

    static final int THREADS = 3;

    /** An operation between its begin and its return. */
    private static final class Call {
        Op op;
        long begin;
        long end = Op.NEVER;
        int error;
        boolean done;

        Op logged() {
            return new Op(
                    op.thread(),
                    op.index(),
                    op.kind(),
                    begin,
                    end,
                    end == Op.NEVER ? 0 : error,
                    op.file(),
                    op.mode(),
                    op.offset(),
                    op.length(),
                    op.path(),
                    op.newPath(),
                    "");
        }
    }

    /** Where a copy could be taken: after so many operations have taken effect; the mark is of that moment. */
    record Cut(int effects, long mark) {}

    final Layout layout = layout();
    final List<Cut> cuts = new ArrayList<>();
    private final List<Call> effects = new ArrayList<>();
    private final List<List<Call>> calls = new ArrayList<>();
    private long mark;

    /**
     * @param operations of each thread
     * @param sharedOnly only what threads can meet in
     */
    Simulation(long seed, int operations, boolean sharedOnly) {
        Random random = new Random(seed);
        Machine machine = new Machine(layout);
        List<SimulatedThread> threads = IntStream.range(0, THREADS)
                .mapToObj(thread -> new SimulatedThread(layout, thread, new Random(random.nextLong()), sharedOnly))
                .toList();
        threads.forEach(thread -> calls.add(new ArrayList<>()));
        cuts.add(new Cut(0, ++mark));
        for (int step = 0; step < operations * THREADS * 3 - random.nextInt(2 * THREADS); step++) {
            int thread = random.nextInt(THREADS);
            step(threads.get(thread), calls.get(thread), machine, operations);
        }
    }

    private void step(SimulatedThread thread, List<Call> own, Machine machine, int operations) {
        Call last = own.isEmpty() ? null : own.get(own.size() - 1);
        if (last == null || last.end != Op.NEVER) {
            if (own.size() < operations) {
                Call call = new Call();
                call.op = thread.next();
                call.begin = ++mark;
                own.add(call);
            }
        } else if (!last.done) {
            last.error = machine.execute(last.op);
            last.done = true;
            thread.result(last.op, last.error);
            effects.add(last);
            cuts.add(new Cut(effects.size(), ++mark));
        } else {
            last.end = ++mark;
        }
    }

    static Layout layout() {
        List<PreparedFile> files = new ArrayList<>(List.of(
                new PreparedFile(1, Role.LANES, 0, 16 * 7, 0644, "data/lanes0"),
                new PreparedFile(2, Role.MIXED, 1, 16 * 8, 0644, "data/mixed0"),
                new PreparedFile(3, Role.CUT, 2, 16 * 8, 0644, "data/cut0"),
                new PreparedFile(4, Role.LOG, 0, 16, 0644, "data/log0")));
        for (int thread = 0; thread < THREADS; thread++) {
            files.add(new PreparedFile(5 + thread, Role.PRIVATE, thread, 21, 0644, "t0" + thread + "/p"));
        }
        return new Layout(
                THREADS,
                Map.of("common", 0755, "shared", 0755, "data", 0755, "t00", 0755, "t01", 0755, "t02", 0755),
                Map.of("t00/link", "p"),
                files,
                Map.of("shared/n0", 1),
                List.of("shared/e0"));
    }

    /** What the threads would have logged. */
    History history() {
        return new History(
                layout,
                calls.stream()
                        .map(own -> own.stream().map(Call::logged).toList())
                        .toList());
    }

    /** Operations in the order they took effect. */
    List<Op> effects() {
        return effects.stream().map(Call::logged).toList();
    }

    /** The tree after the first effects, one of them left out. */
    ObservedTree treeWithout(int count, Op omitted) {
        Machine machine = new Machine(layout);
        for (Call call : effects.subList(0, count)) {
            if (!call.logged().equals(omitted)) {
                machine.execute(call.op);
            }
        }
        return machine.look();
    }

    ObservedTree tree(int count) {
        return treeWithout(count, null);
    }
}
