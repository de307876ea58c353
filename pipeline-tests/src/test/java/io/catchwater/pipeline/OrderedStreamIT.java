package io.catchwater.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.pipeline.Pipeline.Breakage;
import io.catchwater.pipeline.oracle.History;
import io.catchwater.pipeline.oracle.PrefixOracle;
import io.catchwater.pipeline.oracle.PrefixOracle.Bounds;
import io.catchwater.pipeline.oracle.Verdict;
import io.catchwater.pipeline.oracle.Verdict.NoPrefix;
import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.ring.RingLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The ordered stream judged by itself, at many LSNs: up to whichever it is read, the tree is a prefix of what the
 * writer did. And the proofs that this can fail: with a stage broken on purpose, it does.
 */
final class OrderedStreamIT {

    private static final int CUTS = Integer.getInteger("catchwater.cuts", 100);
    private static final int OPERATIONS = Integer.getInteger("catchwater.operations", 8000);
    private static final int ATTEMPTS = 4;

    private final long seed = Long.getLong("catchwater.seed", new Random().nextInt(1_000_000));

    /** What came of a run: LSNs at which the tree was judged, and what was found at the first that is no prefix. */
    private record Outcome(int cuts, List<String> contradictions) {}

    @Test
    void isAPrefixAtEveryLsn() throws Exception {
        Outcome outcome = run(seed, Breakage.NONE, OPERATIONS);
        System.out.printf("seed %d: the ordered stream judged at %d LSNs%n", seed, outcome.cuts());
        assertThat(outcome.contradictions()).as("seed %d", seed).isEmpty();
        assertThat(outcome.cuts()).isGreaterThan(CUTS / 4);
    }

    @ParameterizedTest
    @ValueSource(ints = {RingLayout.KIND_WRITE, RingLayout.KIND_TRUNCATE, RingLayout.KIND_RENAME})
    void aKindThatTheHookDoesNotRecordIsMissed(int kind) throws Exception {
        assertFound(Breakage.disabledKind(kind), OPERATIONS / 4);
    }

    @Test
    void chunksPutOverNewerChangesAreFound() throws Exception {
        assertFound(
                Breakage.withoutWindowRule(),
                OPERATIONS / 4,
                "--shared-bytes",
                "8388608",
                "--existing",
                "16:4000000",
                "--pause-us",
                "500");
    }

    private void assertFound(Breakage breakage, int operations, String... arguments) throws Exception {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Outcome outcome = run(seed + attempt, breakage, operations, arguments);
            if (!outcome.contradictions().isEmpty()) {
                System.out.printf(
                        "%s, seed %d: %s%n",
                        breakage, seed + attempt, outcome.contradictions().get(0));
                return;
            }
        }
        throw new AssertionError("seeds from " + seed + ": nobody noticed " + breakage);
    }

    /** Writes while the base is copied, and so many operations more. */
    private Outcome run(long seed, Breakage breakage, int operations, String... more) throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of("--seed", "" + seed, "--large-every", "500", "--pause-us", "2000"));
        arguments.addAll(List.of(more));
        try (Workplace place = new Workplace();
                WriterProgram writer = new WriterProgram(place, arguments.toArray(String[]::new));
                Pipeline pipeline = new Pipeline(place, writer.directory, breakage)) {
            writer.run(pipeline.environment());
            pipeline.awaitBase();
            writer.awaitOperations(operations);
            writer.finish();
            OrderedStream stream = pipeline.ordered(pipeline.finish());
            StreamReplica replica = new StreamReplica(stream, Topics.chunks(pipeline.source));
            return judge(stream, replica, new PrefixOracle(History.read(writer.log)), writer.mark());
        }
    }

    private Outcome judge(OrderedStream stream, StreamReplica replica, PrefixOracle oracle, long end) {
        Random random = new Random(seed);
        int cuts = 0;
        List<String> contradictions = new ArrayList<>(replica.uncovered());
        while (!replica.atEnd() && contradictions.isEmpty()) {
            long lsn = replica.advance();
            boolean chosen = random.nextInt(1 + stream.operations().size() / CUTS) == 0 || replica.atEnd();
            if (replica.isCut() && chosen) {
                Bounds bounds = replica.atEnd() ? new Bounds(end, end) : PrefixOracle.UNBOUNDED;
                Verdict verdict = oracle.check(replica.look(), bounds);
                if (verdict instanceof NoPrefix no) {
                    contradictions.add("LSN " + Lsn.format(lsn) + ": " + no.explanation());
                }
                cuts++;
            }
        }
        contradictions.addAll(replica.uncovered());
        return new Outcome(cuts, contradictions);
    }
}
