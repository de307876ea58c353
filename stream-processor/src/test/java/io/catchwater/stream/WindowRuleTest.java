package io.catchwater.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.schemas.event.CopyBegun;
import io.catchwater.schemas.event.FileId;
import io.catchwater.stream.FileScenario.Step;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;

/** What the operations make of a file is the file, at every LSN outside the windows of its copy. */
final class WindowRuleTest {

    private static final Pipeline PIPELINE = new Pipeline(true);
    private static long lsn = 1;
    private static long inode;

    @AfterContainer
    static void close() {
        PIPELINE.close();
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void theReplicaIsTheFile(@ForAll("steps") List<Step> steps) {
        assertThat(run(PIPELINE, steps)).isEmpty();
    }

    @Example
    void withoutTheRuleItIsNot() {
        Random random = new Random(7);
        try (Pipeline careless = new Pipeline(false)) {
            long wrong = Stream.generate(
                            () -> Stream.generate(() -> step(random)).limit(60).toList())
                    .limit(200)
                    .filter(steps -> run(careless, steps).isPresent())
                    .count();
            assertThat(wrong).isPositive();
        }
    }

    private static Step step(Random random) {
        return new Step(random.nextInt(1000), random.nextInt(1000), random.nextInt(1000));
    }

    /** A new file each time, after a base copy has made the processor forget the ones before. */
    private static Optional<String> run(Pipeline pipeline, List<Step> steps) {
        pipeline.send(lsn, new CopyBegun(1L, true, "test", lsn));
        FileScenario scenario = new FileScenario(pipeline, new FileId(1L, ++inode, 1L), lsn);
        Optional<String> wrong = Optional.empty();
        for (Step step : steps) {
            wrong = scenario.step(step);
            if (wrong.isPresent()) {
                break;
            }
        }
        wrong = wrong.or(scenario::finish);
        lsn = scenario.lsn() + 1;
        assertThat(wrong.isPresent() || scenario.compared() > 0).isTrue();
        return wrong;
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Integer> number = Arbitraries.integers().between(0, 1000).withoutEdgeCases();
        return Combinators.combine(number, number, number)
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(100);
    }
}
