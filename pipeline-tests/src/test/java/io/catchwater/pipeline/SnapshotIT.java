package io.catchwater.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.pipeline.Pipeline.Breakage;
import io.catchwater.pipeline.oracle.History;
import io.catchwater.pipeline.oracle.ObservedTree;
import io.catchwater.pipeline.oracle.PrefixOracle;
import io.catchwater.pipeline.oracle.PrefixOracle.Bounds;
import io.catchwater.pipeline.oracle.Verdict;
import io.catchwater.pipeline.oracle.Verdict.NoPrefix;
import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.control.State;
import io.catchwater.schemas.control.Status;
import io.catchwater.sink.restore.RestorePoint;
import io.catchwater.sink.restore.RestoreResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Snapshots taken and moments restored while the writer writes: each is exactly a prefix of what it did. */
final class SnapshotIT {

    private static final int SNAPSHOTS = Integer.getInteger("catchwater.snapshots", 16);
    private static final int RESTORES = Integer.getInteger("catchwater.restores", 8);
    private static final int OPERATIONS_BETWEEN = 50;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int BROKEN_SNAPSHOTS = 6;
    private static final Duration BROKEN_PATIENCE = Duration.ofSeconds(20);
    private static final int BROKEN_ATTEMPTS = 4 * Topics.DEFAULT_PARTITIONS;
    private static final Set<String> IGNORED = Set.of(".catchwater-manifest.json");

    private final long seed = Long.getLong("catchwater.seed", new Random().nextInt(1_000_000));

    /** A directory to be judged. */
    private record Cut(String what, Path directory, long lsn, Bounds bounds) {}

    @Test
    void snapshotsAndRestoresUnderLoadArePrefixes() throws Exception {
        try (Workplace place = new Workplace();
                WriterProgram writer = writer(place, seed);
                Pipeline pipeline = new Pipeline(place, writer.directory, Breakage.NONE);
                Commands commands = new Commands(pipeline.kafka, pipeline.source)) {
            writer.run(pipeline.environment());
            pipeline.awaitBase();
            List<Cut> cuts = new ArrayList<>();
            for (int number = 0; number < SNAPSHOTS; number++) {
                cuts.add(snapshot(place, writer, commands, number));
                writer.awaitOperations(OPERATIONS_BETWEEN);
            }
            writer.finish();
            long end = pipeline.finish();
            pipeline.awaitReplica(end);
            assertThat(TreeDifferences.between(writer.directory, pipeline.replica))
                    .as("seed %d", seed)
                    .isEmpty();
            long first = cuts.get(0).lsn();
            cuts.addAll(restores(pipeline, first, end, writer.mark()));
            PrefixOracle oracle = new PrefixOracle(History.read(writer.log));
            for (Cut cut : cuts) {
                assertThat(judge(oracle, cut)).as("seed %d, %s", seed, cut).isInstanceOf(Verdict.IsPrefix.class);
            }
            System.out.printf(
                    "seed %d: %d snapshots and %d restores under load are prefixes, the replica is the source%n",
                    seed, SNAPSHOTS, cuts.size() - SNAPSHOTS);
        }
    }

    private static WriterProgram writer(Workplace place, long seed) throws Exception {
        return new WriterProgram(place, "--seed", "" + seed, "--large-every", "500", "--pause-us", "5000");
    }

    private static Cut snapshot(Workplace place, WriterProgram writer, Commands commands, int number) throws Exception {
        return snapshot(place, writer, commands, number, PATIENCE).orElseThrow();
    }

    /** Empty when no snapshot is made within the limit. */
    private static Optional<Cut> snapshot(
            Workplace place, WriterProgram writer, Commands commands, int number, Duration limit) throws Exception {
        Path destination = place.directory("snapshot");
        long before = writer.mark();
        String id = destination.getParent().getFileName() + "-" + number;
        commands.snapshot(id, destination);
        Optional<Status> status = commands.await(id, limit);
        status.ifPresent(end -> {
            assertThat(end.getState()).as("%s", end).isEqualTo(State.COMPLETED);
            assertThat(end.getUncovered()).isEmpty();
        });
        return status.map(
                end -> new Cut("snapshot " + number, destination, end.getLsn(), new Bounds(before, writer.mark())));
    }

    /** At LSNs between the snapshots, at the last, and at the latest. */
    private List<Cut> restores(Pipeline pipeline, long first, long end, long mark) throws Exception {
        Random random = new Random(seed);
        List<Cut> cuts = new ArrayList<>();
        for (int number = 0; number < RESTORES - 1; number++) {
            long lsn = first + (long) (random.nextDouble() * (end - first));
            RestoreResult result = pipeline.restore(new RestorePoint.AtLsn(lsn));
            assertThat(result.lsn()).isLessThanOrEqualTo(lsn);
            cuts.add(new Cut("restore " + Lsn.format(lsn), result.destination(), result.lsn(), PrefixOracle.UNBOUNDED));
        }
        RestoreResult latest = pipeline.restore(new RestorePoint.Latest());
        cuts.add(new Cut("restore latest", latest.destination(), latest.lsn(), new Bounds(mark, mark)));
        return cuts;
    }

    private static Verdict judge(PrefixOracle oracle, Cut cut) throws Exception {
        return oracle.check(ObservedTree.scan(cut.directory(), IGNORED), cut.bounds());
    }

    @Test
    void aWatermarkThatIsNotWaitedForIsFound() throws Exception {
        for (int attempt = 0; attempt < BROKEN_ATTEMPTS; attempt++) {
            int partition = attempt % Topics.DEFAULT_PARTITIONS;
            String found = contradictionWithout(partition, seed + attempt);
            if (found != null) {
                System.out.printf("watermark of partition %d ignored, seed %d: %s%n", partition, seed + attempt, found);
                return;
            }
        }
        throw new AssertionError("seeds from " + seed + ": nobody noticed that a watermark is not waited for");
    }

    private static String contradictionWithout(int partition, long seed) throws Exception {
        List<Cut> cuts = new ArrayList<>();
        try (Workplace place = new Workplace();
                WriterProgram writer = writer(place, seed);
                Pipeline pipeline = new Pipeline(place, writer.directory, Breakage.ignoredPartition(partition));
                Commands commands = new Commands(pipeline.kafka, pipeline.source)) {
            writer.run(pipeline.environment());
            pipeline.awaitBase();
            for (int number = 0; number < BROKEN_SNAPSHOTS; number++) {
                Optional<Cut> cut = snapshot(place, writer, commands, number, BROKEN_PATIENCE);
                if (cut.isEmpty()) {
                    // A wrong order may stop the sink before it makes a wrong directory: that shows nothing here.
                    System.out.printf("seed %d: the sink without a watermark makes no snapshot%n", seed);
                    return null;
                }
                cuts.add(cut.get());
            }
            writer.finish();
            PrefixOracle oracle = new PrefixOracle(History.read(writer.log));
            for (Cut cut : cuts) {
                if (judge(oracle, cut) instanceof NoPrefix no) {
                    return cut.what() + ": " + no.explanation();
                }
            }
        }
        return null;
    }
}
