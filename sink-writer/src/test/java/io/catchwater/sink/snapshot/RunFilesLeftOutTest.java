package io.catchwater.sink.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.files.Descriptor;
import io.catchwater.files.Names;
import io.catchwater.schemas.Exclusion;
import io.catchwater.schemas.control.RunFileKind;
import io.catchwater.sink.control.AllowedPrefixes;
import io.catchwater.sink.control.Destination;
import io.catchwater.sink.control.DestinationRules;
import io.catchwater.sink.control.SnapshotRequest;
import io.catchwater.sink.control.SourcePaths;
import io.catchwater.sink.replica.TreePath;
import io.catchwater.sink.runfiles.RunFile;
import io.catchwater.sink.seal.Manifest;
import io.catchwater.sink.seal.RunFileSearch;
import io.catchwater.sink.seal.Verification;
import io.catchwater.sink.throttle.Rate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers' directories in one tree, and what a snapshot and a restore make of them. */
class RunFilesLeftOutTest {

    private static final Manifest MANIFEST =
            new Manifest("app", "nightly", 1L << 47 | 100, 1L << 47 | 90, 7, List.of());
    private static final byte[] NOT_UTF8 = {'s', (byte) 0xFF};

    @TempDir
    Path folder;

    private Path tree;
    private Path destination;

    @BeforeEach
    void fill() throws IOException {
        tree = Files.createDirectories(folder.resolve("tree"));
        destination = Files.createDirectories(folder.resolve("destination"));
        Files.createDirectories(tree.resolve("pg/global"));
        Files.writeString(tree.resolve("pg/PG_VERSION"), "15\n");
        Files.writeString(tree.resolve("pg/postmaster.pid"), "4242\n/pg\n");
        Files.writeString(tree.resolve("pg/postmaster.opts"), "postgres -D /pg\n");
        Files.createDirectories(tree.resolve("my"));
        Files.writeString(tree.resolve("my/ibdata1"), "pages");
        Files.writeString(tree.resolve("my/db.pid"), "4243\n");
        Files.writeString(tree.resolve("my/notes.pid"), "not a number\n");
        Files.writeString(tree.resolve("app.pid"), "4244\n");
        try (Descriptor root = Descriptor.openDirectory(tree)) {
            Names.makeNode(root, NOT_UTF8, 0140755, 0);
        }
        for (String directory : List.of("pg", "my", "")) {
            Files.setLastModifiedTime(tree.resolve(directory), FileTime.from(99, TimeUnit.SECONDS));
        }
    }

    private List<RunFile> expected() throws IOException {
        return List.of(
                new RunFile(path("my/db.pid".getBytes(StandardCharsets.UTF_8)), RunFileKind.PID_FILE),
                new RunFile(path("pg/postmaster.pid".getBytes(StandardCharsets.UTF_8)), RunFileKind.PID_FILE),
                new RunFile(path(NOT_UTF8), RunFileKind.SOCKET));
    }

    private static TreePath path(byte[] bytes) throws IOException {
        return TreePath.of(bytes);
    }

    private SnapshotRun.Made snapshot(boolean keepsRunFiles) throws IOException {
        return snapshot(keepsRunFiles, Exclusion.NONE);
    }

    private SnapshotRun.Made snapshot(boolean keepsRunFiles, Exclusion exclusion) throws IOException {
        Destination held = new DestinationRules(
                        new DestinationRules.Fixed(tree, AllowedPrefixes.NONE), List.of(), Map.of())
                .again(destination.toString(), null);
        SnapshotRequest request = new SnapshotRequest(
                "nightly", held, Rate.UNLIMITED, new SourcePaths(List.of("/srv/app")), exclusion, keepsRunFiles, false);
        try (Descriptor root = Descriptor.openDirectory(tree)) {
            return new SnapshotRun(root, request, MANIFEST, now -> {}).run();
        }
    }

    private static long seconds(Path directory) throws IOException {
        return Files.getLastModifiedTime(directory).to(TimeUnit.SECONDS);
    }

    @Test
    void aSnapshotHasNoneAndNamesThem() throws IOException {
        SnapshotRun.Made made = snapshot(false);
        assertThat(made.leftOut()).isEqualTo(expected());
        assertThat(made.files()).isEqualTo(5);
        assertThat(destination.resolve("pg/postmaster.pid")).doesNotExist();
        assertThat(destination.resolve("pg/postmaster.opts")).exists();
        assertThat(destination.resolve("my/db.pid")).doesNotExist();
        assertThat(destination.resolve("my/notes.pid")).exists();
        assertThat(destination.resolve("app.pid")).exists();
        assertThat(seconds(destination.resolve("pg"))).isEqualTo(99);
        assertThat(seconds(destination)).isEqualTo(99);
        Verification.Result verified = Verification.verify(destination);
        assertThat(verified.differences()).isEmpty();
        assertThat(verified.manifest().orElseThrow().leftOut()).isEqualTo(expected());
        assertThat(Files.readString(destination.resolve(Manifest.NAME)))
                .contains("\"leftOut\":[{\"path\":\"my/db.pid\",\"why\":\"PID_FILE\"}");
    }

    @Test
    void theSameSnapshotTakenUpAgainNamesThemToo() throws IOException {
        SnapshotRun.Made first = snapshot(false);
        assertThat(snapshot(false)).isEqualTo(first);
    }

    @Test
    void whoStartsAServerOnASnapshotIsToldByVerify() throws IOException {
        snapshot(false);
        Files.writeString(destination.resolve("pg/postmaster.pid"), "99\n");
        assertThat(Verification.verify(destination).differences())
                .extracting(found -> found.kind() + " " + found.path())
                .containsExactly("EXTRA pg/postmaster.pid");
    }

    @Test
    void aSnapshotKeepsThemWhenAskedTo() throws IOException {
        SnapshotRun.Made made = snapshot(true);
        assertThat(made.leftOut()).isEmpty();
        assertThat(made.files()).isEqualTo(7);
        assertThat(destination.resolve("pg/postmaster.pid")).hasContent("4242\n/pg\n");
        assertThat(Verification.verify(destination).differences()).isEmpty();
        assertThat(Files.readString(destination.resolve(Manifest.NAME))).doesNotContain("leftOut");
    }

    @Test
    void aServersDirectoryIsKnownByWhatIsExcludedFromTheSnapshotToo() throws IOException {
        SnapshotRun.Made made = snapshot(false, Exclusion.of("^/srv/app/(pg/PG_VERSION|my)$"));
        assertThat(made.leftOut()).isEqualTo(expected().subList(1, 3));
        assertThat(destination.resolve("pg/postmaster.pid")).doesNotExist();
        assertThat(Verification.verify(destination).differences()).isEmpty();
    }

    @Test
    void theReplicaIsNotTouched() throws IOException {
        snapshot(false);
        assertThat(tree.resolve("pg/postmaster.pid")).exists();
        assertThat(seconds(tree.resolve("pg"))).isEqualTo(99);
    }

    @Test
    void theyAreRemovedFromARestoredTreeAndNothingElseChanges() throws IOException {
        Files.setPosixFilePermissions(tree.resolve("my"), PosixFilePermissions.fromString("r-xr-xr-x"));
        try (Descriptor root = Descriptor.openDirectory(tree)) {
            assertThat(RunFileSearch.in(root)).isEqualTo(expected());
            assertThat(RunFileSearch.removeFrom(root)).isEqualTo(expected());
            assertThat(RunFileSearch.in(root)).isEmpty();
        }
        assertThat(tree.resolve("pg/postmaster.pid")).doesNotExist();
        assertThat(tree.resolve("my/db.pid")).doesNotExist();
        assertThat(tree.resolve("my/notes.pid")).exists();
        assertThat(Files.getPosixFilePermissions(tree.resolve("my")))
                .isEqualTo(PosixFilePermissions.fromString("r-xr-xr-x"));
        assertThat(seconds(tree.resolve("pg"))).isEqualTo(99);
        assertThat(seconds(tree.resolve("my"))).isEqualTo(99);
        assertThat(seconds(tree)).isEqualTo(99);
    }
}
