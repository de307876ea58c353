package io.catchwater.sink.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catchwater.files.Descriptor;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.event.UncoveredKind;
import io.catchwater.sink.SinkException;
import io.catchwater.sink.cut.CutLedger;
import io.catchwater.sink.cut.SavedUncovered;
import io.catchwater.sink.merge.OrderedMerge;
import io.catchwater.sink.replica.Barrier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFileTest {

    @TempDir
    Path folder;

    private static final Checkpoint CHECKPOINT = new Checkpoint(
            Checkpoint.FORMAT_VERSION,
            3,
            "app",
            "cluster",
            "topic",
            17,
            false,
            1L << 47 | 5,
            99,
            100,
            List.of(new OrderedMerge.Start(3, 4), new OrderedMerge.Start(5, 6)),
            List.of(true, false),
            new CutLedger.State(
                    List.of(7L),
                    List.of(8L),
                    true,
                    new CutLedger.BaseCopy(7, 6, List.of(1L, -1L), 0, 0),
                    new CutLedger.Opening(6, 5, "a heal", Set.of("1-2-3"))),
            List.of(new Checkpoint.PendingCut("nightly", 12)),
            12,
            Set.of("1-2-3"),
            List.of("a: mapped"),
            List.of(new SavedUncovered("MAPPED", "a\u00FF", 7, "/bin/app", 0, "")),
            new Barrier.Intent(44, 45, 46));

    @Test
    void whatWasWrittenIsRead() throws IOException {
        try (Descriptor directory = Descriptor.openDirectory(folder)) {
            CheckpointFile file = new CheckpointFile(directory);
            assertThat(file.read()).isEmpty();
            file.write(CHECKPOINT);
            file.write(CHECKPOINT);
            assertThat(file.read()).contains(CHECKPOINT);
            assertThat(folder.toFile().list()).hasSize(1);
        }
    }

    /** Earlier versions had lines only, and no kinds: nothing is known for sure then. */
    @Test
    void linesOfEarlierVersionsCountAsOpen() throws IOException {
        assertThat(CHECKPOINT.facts())
                .extracting(Uncovered::getKind)
                .containsExactly(UncoveredKind.OTHER, UncoveredKind.MAPPED);
        try (Descriptor directory = Descriptor.openDirectory(folder)) {
            CheckpointFile file = new CheckpointFile(directory);
            file.write(CHECKPOINT);
            Path written = folder.resolve("checkpoint.json");
            String json = Files.readString(written);
            assertThat(json).contains(",\"unseen\":[");
            Files.writeString(written, json.replaceFirst(",\"unseen\":\\[[^]]*]", ""));
            assertThat(file.read().orElseThrow().facts())
                    .extracting(Uncovered::getKind)
                    .containsExactly(UncoveredKind.OTHER);
        }
    }

    @Test
    void aDamagedOneIsNotTakenForNone() throws IOException {
        try (Descriptor directory = Descriptor.openDirectory(folder)) {
            Files.writeString(folder.resolve("checkpoint.json"), "{\"formatVersion\":");
            assertThatThrownBy(() -> new CheckpointFile(directory).read())
                    .isInstanceOf(SinkException.class)
                    .hasMessageContaining("damaged");
        }
    }
}
