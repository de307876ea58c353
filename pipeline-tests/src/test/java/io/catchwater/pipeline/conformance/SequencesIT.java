package io.catchwater.pipeline.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.pipeline.Pipeline;
import io.catchwater.pipeline.Pipeline.Breakage;
import io.catchwater.pipeline.Workplace;
import java.util.List;
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
            try (Pipeline pipeline = new Pipeline(place, places.source(), Breakage.UNAUDITED)) {
                pipeline.awaitBase();
                Map<String, String> sequences =
                        ConformanceProgram.sequences("run", seed, COUNT, places, pipeline.environment());
                pipeline.awaitReplica(pipeline.finish());
                Listing source = ConformanceProgram.scan(places.source());
                Listing replica = ConformanceProgram.scan(pipeline.replica);
                List<String> differences = source.differences(replica).stream()
                        .filter(line -> !isKnown(sequences.get(directory(line)), line))
                        .map(line -> "(%s) %s".formatted(sequences.get(directory(line)), line))
                        .toList();
                assertThat(differences).as("seed %d", seed).isEmpty();
                assertThat(pipeline.uncovered()).isEmpty();
            }
            System.out.printf("seed %d: %d sequences of changes are in the backup%n", seed, COUNT);
        }
    }

    /**
     * Known: a write and then an older time set by the program, both while the names are listed again (some sequence here
     * always causes that): the sink takes the write's time for the newer one.
     */
    private static boolean isKnown(String sequence, String line) {
        return sequence != null && sequence.contains("utimens") && line.contains(": mtime is ");
    }

    /** The first component of the path at the beginning of a line. */
    private static String directory(String line) {
        return line.split("[/: ]", 2)[0];
    }
}
