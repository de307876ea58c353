package io.catchwater.pipeline.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.pipeline.Pipeline;
import io.catchwater.pipeline.Pipeline.Breakage;
import io.catchwater.pipeline.Workplace;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random sequences of one to three changes: what one leaves behind is what the next one meets. */
final class SequencesIT {

    private static final int COUNT = Integer.getInteger("catchwater.sequences", 300);

    private final long seed = Long.getLong("catchwater.seed", new Random().nextInt(1_000_000));

    @Test
    void whatSequencesOfChangesLeaveIsInTheBackup() throws Exception {
        try (Workplace place = new Workplace();
                Places places = Places.in(place.disk)) {
            ConformanceProgram.sequences("prepare", seed, COUNT, places, Map.of());
            try (Pipeline pipeline = new Pipeline(place, places.source(), Breakage.NONE)) {
                pipeline.awaitBase();
                Map<String, String> sequences =
                        ConformanceProgram.sequences("run", seed, COUNT, places, pipeline.environment());
                pipeline.awaitReplica(pipeline.finish());
                Listing source = ConformanceProgram.scan(places.source());
                Listing replica = ConformanceProgram.scan(pipeline.replica);
                assertThat(source.differences(replica))
                        .as("seed %d, %s", seed, sequences)
                        .isEmpty();
                assertThat(pipeline.uncovered()).isEmpty();
            }
            System.out.printf("seed %d: %d sequences of changes are in the backup%n", seed, COUNT);
        }
    }
}
