package io.catchwater.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.pipeline.oracle.History;
import io.catchwater.pipeline.oracle.ObservedTree;
import io.catchwater.pipeline.oracle.PrefixOracle;
import io.catchwater.pipeline.oracle.PrefixOracle.Bounds;
import io.catchwater.pipeline.oracle.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The oracle against the real writer without any capture: copies that are right by construction, and copies that are not. */
final class BareWriterIT {

    private static final Duration STOPPED_COPIES = Duration.ofSeconds(20);
    private static final int RUNNING_COPIES = 12;

    private final long seed = new Random().nextInt(1_000_000);

    private WriterProgram writer(Workplace place) throws IOException, InterruptedException {
        return new WriterProgram(
                place, "--seed", Long.toString(seed), "--pause-us", "300", "--large-every", "1000", "--processes", "3");
    }

    @Test
    void copiesOfAStoppedWriterAreAlwaysPrefixes() throws Exception {
        int rounds = 0;
        try (Workplace place = new Workplace();
                WriterProgram writer = writer(place)) {
            Random random = new Random(seed);
            writer.run(Map.of());
            long until = System.nanoTime() + STOPPED_COPIES.toNanos();
            while (System.nanoTime() < until) {
                TimeUnit.MILLISECONDS.sleep(random.nextInt(200));
                writer.freeze();
                long mark = writer.mark();
                Path copy = copy(place, writer.directory);
                History history = History.read(writer.log);
                writer.thaw();
                assertPrefix(history, copy, new Bounds(mark, mark));
                rounds++;
            }
            writer.kill();
            assertPrefix(History.read(writer.log), writer.directory, new Bounds(writer.mark(), Long.MAX_VALUE));
        }
        System.out.printf("seed %d: %d copies of a stopped writer, all prefixes%n", seed, rounds);
    }

    private void assertPrefix(History history, Path copy, Bounds bounds) throws IOException {
        Verdict verdict = new PrefixOracle(history).check(ObservedTree.scan(copy, Set.of()), bounds);
        assertThat(verdict).as("seed %d, %d operations", seed, history.size()).isInstanceOf(Verdict.IsPrefix.class);
        Workplace.remove(copy);
    }

    @Test
    void copiesOfARunningWriterAreFoundOut() throws Exception {
        int rejected = 0;
        try (Workplace place = new Workplace();
                WriterProgram writer = writer(place)) {
            writer.run(Map.of());
            Bounds[] bounds = new Bounds[RUNNING_COPIES];
            Path[] copies = new Path[RUNNING_COPIES];
            for (int i = 0; i < RUNNING_COPIES; i++) {
                long before = writer.mark();
                copies[i] = copy(place, writer.directory);
                bounds[i] = new Bounds(before, writer.mark());
            }
            writer.finish();
            PrefixOracle oracle = new PrefixOracle(History.read(writer.log));
            for (int i = 0; i < RUNNING_COPIES; i++) {
                rejected += oracle.check(ObservedTree.scan(copies[i], Set.of()), bounds[i])
                                .isPrefix()
                        ? 0
                        : 1;
            }
        }
        System.out.printf("seed %d: %d of %d copies of a running writer rejected%n", seed, rejected, RUNNING_COPIES);
        assertThat(rejected).as("seed %d", seed).isGreaterThan(RUNNING_COPIES / 2);
    }

    /** What a program that copies files would make of it; names that vanish under it are its own trouble. */
    private static Path copy(Workplace place, Path from) throws IOException, InterruptedException {
        Path to = place.directory("copy");
        Process cp = new ProcessBuilder("cp", "-a", from + "/.", to.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        cp.waitFor();
        return to;
    }
}
