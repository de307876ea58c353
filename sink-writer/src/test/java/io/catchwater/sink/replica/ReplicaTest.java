package io.catchwater.sink.replica;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ReplicaTest {

    /** So few that files are closed and opened again all the time. */
    private static final int OPEN_FILES = 3;

    @Property(tries = 30)
    void theReplicaIsTheSource(@ForAll long seed, @ForAll @IntRange(min = 1, max = 150) int steps) throws IOException {
        SourceModel model = new SourceModel(seed);
        inFolder(folder -> {
            try (TestReplica target = new TestReplica(folder);
                    Replica replica = new Replica(target.place, model::chunk, Barrier.NONE, ReplicaStart.EMPTY)) {
                int applied = 0;
                for (int i = 0; i < steps; i++) {
                    model.step();
                    applied = apply(replica, model.stream, applied, model.stream.size());
                }
                replica.settle();
                target.assertIs(model);
            }
        });
    }

    /** Runs to a random point, forgets everything since the last checkpoint, and goes on from there; several times. */
    @Property(tries = 60)
    void applyingAgainAfterACrashLeadsToTheSame(@ForAll long seed, @ForAll @IntRange(min = 1, max = 150) int steps)
            throws IOException {
        SourceModel model = new SourceModel(seed);
        for (int i = 0; i < steps; i++) {
            model.step();
        }
        Random random = new Random(seed ^ 0x5DEECE66DL);
        inFolder(folder -> {
            try (TestReplica target = new TestReplica(folder)) {
                Kept kept = new Kept(0, ReplicaStart.EMPTY);
                int furthest = 0;
                for (int crash = 0; crash < 3; crash++) {
                    int until = furthest + random.nextInt(model.stream.size() - furthest + 1);
                    kept = runAndCrash(target, model::chunk, model.stream, kept, furthest, until, random);
                    furthest = Math.max(furthest, until);
                }
                runAndCrash(target, model::chunk, model.stream, kept, furthest, model.stream.size(), random);
                target.assertIs(model);
            }
        });
    }

    /** Ended with EISDIR once: what is to be replaced is a directory that a later operation made before the crash. */
    @Example
    void aFileIsMovedAgainOverWhatBecameADirectoryLater() throws IOException {
        applyingAgainAfterACrashLeadsToTheSame(-3455803, 83);
    }

    /** What a checkpoint keeps: where to go on, and how. */
    private record Kept(int next, ReplicaStart start) {

        static Kept at(int next, long number, Barrier.Intent intent, Set<String> newSinceBase) {
            return new Kept(next, new ReplicaStart(number, intent, 0, 0, false, newSinceBase, OPEN_FILES));
        }
    }

    private static Kept runAndCrash(
            TestReplica target,
            ChunkSource chunks,
            List<SourceModel.Sent> stream,
            Kept kept,
            int furthest,
            int until,
            Random random)
            throws IOException {
        Checkpoints checkpoints = new Checkpoints(kept);
        ReplicaStart from = kept.start();
        ReplicaStart start =
                new ReplicaStart(from.checkpoint(), from.intent(), furthest, 0, false, from.newSinceBase(), OPEN_FILES);
        // Not closed: a crash closes nothing in order. What it had open would get its time late.
        Replica replica = new Replica(target.place, chunks, checkpoints, start);
        checkpoints.replica = replica;
        for (int i = kept.next(); i < until; i++) {
            checkpoints.next = i;
            apply(replica, stream, i, i + 1);
            checkpoints.next = i + 1;
            if (random.nextInt(20) == 0 && !replica.isReconciling()) {
                replica.settle();
                checkpoints.before(null);
            }
        }
        if (until == stream.size()) {
            replica.settle();
        }
        return checkpoints.kept;
    }

    private static final class Checkpoints implements Barrier {
        private Kept kept;
        private Replica replica;
        private int next;

        Checkpoints(Kept kept) {
            this.kept = kept;
        }

        @Override
        public void before(Intent intent) throws IOException {
            replica.settle();
            kept = Kept.at(next, kept.start().checkpoint() + 1, intent, replica.newSinceBase());
            replica.checkpointed(kept.start().checkpoint());
        }
    }

    private static int apply(Replica replica, List<SourceModel.Sent> stream, int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            SourceModel.Sent sent = stream.get(i);
            try {
                replica.apply(sent.partition(), i, sent.operation());
            } catch (IOException | RuntimeException e) {
                throw new IllegalStateException("operation " + i + ": " + sent, e);
            }
        }
        return to;
    }

    private interface Body {
        void run(Path folder) throws IOException;
    }

    private static void inFolder(Body body) throws IOException {
        Path folder = Files.createTempDirectory("replica-test");
        try {
            body.run(folder);
        } finally {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
