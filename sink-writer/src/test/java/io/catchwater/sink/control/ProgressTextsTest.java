package io.catchwater.sink.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.schemas.Exclusion;
import io.catchwater.sink.SinkException;
import io.catchwater.sink.replica.TreePath;
import io.catchwater.sink.snapshot.SnapshotProgress;
import io.catchwater.sink.throttle.Rate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgressTextsTest {

    @TempDir
    private Path folder;

    private Path to;
    private SnapshotRequest request;

    @BeforeEach
    void accept() throws IOException {
        to = Files.createDirectory(folder.resolve("to")).toRealPath();
        DestinationRules.Fixed fixed = new DestinationRules.Fixed(folder.resolve("replica"), AllowedPrefixes.NONE);
        request = new SnapshotRequest(
                "id",
                new DestinationRules(fixed, List.of(), Map.of()).check(to.toString()),
                Rate.UNLIMITED,
                new SourcePaths(List.of("/srv/app")),
                Exclusion.NONE,
                false,
                false);
    }

    @AfterEach
    void close() throws IOException {
        request.close();
    }

    private static SnapshotProgress at(long fileBytesDone, double throttledSeconds) throws SinkException {
        TreePath file = TreePath.of("d/f".getBytes(StandardCharsets.UTF_8));
        return new SnapshotProgress("copying", 1_000, 9_000, 2, 7, file, fileBytesDone, 500, throttledSeconds);
    }

    @Test
    void hasTheShapesOfTheOriginal() throws SinkException {
        String begin = "Backup progress 1000 bytes, 2 files.  5 more files known of. ";
        assertThat(ProgressTexts.of(at(0, 0), request)).isEqualTo(begin + "Copying file /srv/app/d/f");
        assertThat(ProgressTexts.of(at(100, 0), request))
                .isEqualTo(begin + "Copying file: 100/500 bytes done of /srv/app/d/f to " + to + "/d/f.");
        assertThat(ProgressTexts.of(at(100, 0.127), request))
                .isEqualTo(begin + "Throttled: copied 100/500 bytes of /srv/app/d/f to " + to
                        + "/d/f. Sleeping 0.13s for throttling.");
    }

    @Test
    void saysWhyItStandsStill() throws SinkException {
        assertThat(ProgressTexts.of(at(1, Double.POSITIVE_INFINITY), request))
                .endsWith("Sleeping until the throttle is above 0.");
        request.setPaused(true);
        assertThat(ProgressTexts.of(at(1, Double.POSITIVE_INFINITY), request)).endsWith("Paused.");
    }

    @Test
    void severalDirectoriesAreKnownByTheirLastComponents() throws SinkException {
        SourcePaths paths = new SourcePaths(List.of("/srv/data", "/var/log/db"));
        assertThat(paths.full(path("db/a/b"))).isEqualTo("/var/log/db/a/b");
        assertThat(paths.full(path("data"))).isEqualTo("/srv/data");
        assertThat(paths.isWatched(path("data"))).isTrue();
        assertThat(paths.isWatched(path("data/x"))).isFalse();
        assertThat(new SourcePaths(List.of("/srv/data")).isWatched(path("data")))
                .isFalse();
    }

    private static TreePath path(String text) throws SinkException {
        return TreePath.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
