package io.catchwater.pipeline.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.pipeline.Commands;
import io.catchwater.pipeline.Pipeline;
import io.catchwater.pipeline.Pipeline.Breakage;
import io.catchwater.pipeline.Workplace;
import io.catchwater.schemas.control.State;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** All pairs of changes, and random sequences of up to three: what one leaves behind is what the next one meets. */
final class SequencesIT {

    /** Of which the first 33 * 33 are the pairs. */
    private static final int COUNT = Integer.getInteger("catchwater.sequences", 33 * 33 + 300);

    private final long seed = Long.getLong("catchwater.seed", new Random().nextInt(1_000_000));

    @Test
    void whatSequencesOfChangesLeaveIsInTheBackup() throws Exception {
        try (Workplace place = new Workplace();
                Places places = Places.in(place.disk)) {
            ConformanceProgram.sequences("prepare", seed, COUNT, places, Map.of());
            try (Pipeline pipeline = new Pipeline(place, places.source(), Breakage.UNAUDITED);
                    Commands commands = new Commands(pipeline.kafka, pipeline.source)) {
                pipeline.awaitBase();
                Map<String, String> sequences =
                        ConformanceProgram.sequences("run", seed, COUNT, places, pipeline.environment());
                Path snapshot = place.directory("snapshot");
                commands.snapshot("sequences", snapshot);
                assertThat(commands.await("sequences").getState()).isEqualTo(State.COMPLETED);
                pipeline.awaitReplica(pipeline.finish());
                assertThat(differences(sequences, places.source(), snapshot))
                        .as("a snapshot, seed %d", seed)
                        .isEmpty();
                assertThat(differences(sequences, places.source(), pipeline.replica))
                        .as("the replica, seed %d", seed)
                        .isEmpty();
                assertThat(pipeline.uncovered()).isEmpty();
            }
            System.out.printf("seed %d: %d sequences of changes are in the backup%n", seed, COUNT);
        }
    }

    private static List<String> differences(Map<String, String> sequences, Path source, Path copy) throws Exception {
        return ConformanceProgram.scan(source).differences(ConformanceProgram.scan(copy)).stream()
                .filter(line -> !directory(line).equals(".catchwater-manifest.json"))
                .filter(line -> !isKnown(sequences.get(directory(line)), line))
                .map(line -> "(%s) %s".formatted(sequences.get(directory(line)), line))
                .toList();
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
