package io.catchwater.sink.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catchwater.files.Attributes;
import io.catchwater.files.Descriptor;
import io.catchwater.files.DirectoryReader;
import io.catchwater.files.Errno;
import io.catchwater.files.ExtendedAttributes;
import io.catchwater.files.FileStatus;
import io.catchwater.files.Names;
import io.catchwater.files.OpenFlags;
import io.catchwater.schemas.Exclusion;
import io.catchwater.schemas.UncoveredFacts;
import io.catchwater.schemas.event.UncoveredKind;
import io.catchwater.sink.SinkException;
import io.catchwater.sink.control.AllowedPrefixes;
import io.catchwater.sink.control.Destination;
import io.catchwater.sink.control.DestinationRules;
import io.catchwater.sink.control.SnapshotRequest;
import io.catchwater.sink.control.SourcePaths;
import io.catchwater.sink.replica.TreePath;
import io.catchwater.sink.seal.Manifest;
import io.catchwater.sink.seal.ManifestEntry;
import io.catchwater.sink.seal.ManifestReader;
import io.catchwater.sink.seal.ManifestWriter;
import io.catchwater.sink.seal.TreeSize;
import io.catchwater.sink.seal.Verification;
import io.catchwater.sink.seal.Verification.Kind;
import io.catchwater.sink.throttle.Rate;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotRunTest {

    private static final Manifest MANIFEST = new Manifest(
            "app",
            "nightly",
            1L << 47 | 100,
            1L << 47 | 90,
            1_700_000_000_123_456_789L,
            List.of(UncoveredFacts.ofFile(UncoveredKind.MAPPED, new byte[] {'x', (byte) 0xFF}, 7, "/bin/app", "")));
    private static final SnapshotRun.Listener NOBODY = now -> {};
    private static final byte[] NOT_UTF8 = {'n', (byte) 0xFF, '"', '\n'};

    @TempDir
    Path folder;

    private Path tree;
    private Path destination;

    @BeforeEach
    void fill() throws IOException {
        tree = Files.createDirectories(folder.resolve("tree"));
        destination = Files.createDirectories(folder.resolve("destination"));
        Files.createDirectories(folder.resolve("store"));
        Files.createDirectories(tree.resolve("d/empty"));
        file("d/a", "hello");
        file("d.b", "");
        file("z", "0123456789");
        Files.createLink(tree.resolve("d/link"), tree.resolve("z"));
        Files.createSymbolicLink(tree.resolve("s"), Path.of("/etc/passwd"));
        try (RandomAccessFile sparse =
                new RandomAccessFile(tree.resolve("sparse").toFile(), "rw")) {
            sparse.seek(8 << 20);
            sparse.write(7);
            sparse.setLength(20 << 20);
        }
        Files.createLink(folder.resolve("store/sparse"), tree.resolve("sparse"));
        try (Descriptor root = Descriptor.openDirectory(tree)) {
            Names.makeNode(root, "fifo".getBytes(StandardCharsets.US_ASCII), 0010600, 0);
            Names.makeSymlink(NOT_UTF8, root, NOT_UTF8);
            Names.link(root, NOT_UTF8, root, "symlink-too".getBytes(StandardCharsets.US_ASCII));
            Names.link(root, NOT_UTF8, root, "symlink-three".getBytes(StandardCharsets.US_ASCII));
        }
        Files.setPosixFilePermissions(tree.resolve("d/a"), PosixFilePermissions.fromString("r-xr-----"));
        Files.setLastModifiedTime(tree.resolve("d/a"), FileTime.from(1_234_567_890_123_456_789L, TimeUnit.NANOSECONDS));
        Files.setLastModifiedTime(tree.resolve("d"), FileTime.from(99, TimeUnit.SECONDS));
        Files.setLastModifiedTime(tree, FileTime.from(77, TimeUnit.SECONDS));
    }

    /** With a second link outside the tree, as every file of a replica has. */
    private void file(String path, String content) throws IOException {
        Files.writeString(tree.resolve(path), content);
        Files.createLink(folder.resolve("store/" + path.replace('/', '-')), tree.resolve(path));
    }

    private Destination held() throws IOException {
        return new DestinationRules(new DestinationRules.Fixed(tree, AllowedPrefixes.NONE), List.of(), Map.of())
                .again(destination.toString(), null);
    }

    private SnapshotRequest request() throws IOException {
        return new SnapshotRequest(
                "nightly", held(), Rate.UNLIMITED, SourcePaths.UNKNOWN, Exclusion.NONE, false, false);
    }

    private SnapshotRun.Made snapshot(SnapshotRequest request) throws IOException {
        try (Descriptor root = Descriptor.openDirectory(tree)) {
            return new SnapshotRun(root, request, MANIFEST, NOBODY).run();
        }
    }

    @Test
    void everythingIsCopiedAndTheManifestSaysSo() throws IOException {
        assertThat(snapshot(request())).isEqualTo(new SnapshotRun.Made(5, 15 + (20 << 20), List.of(), List.of()));
        Verification.Result result = Verification.verify(destination);
        assertThat(result.differences()).isEmpty();
        assertThat(result.manifest()).contains(MANIFEST);
        assertThat(Files.readString(destination.resolve("d/a"))).isEqualTo("hello");
        assertThat(Files.getLastModifiedTime(destination.resolve("d/a")).to(TimeUnit.NANOSECONDS))
                .isEqualTo(1_234_567_890_123_456_789L);
        assertThat(Files.getLastModifiedTime(destination.resolve("d")).to(TimeUnit.SECONDS))
                .isEqualTo(99);
        assertThat(Files.getLastModifiedTime(destination).to(TimeUnit.SECONDS)).isEqualTo(77);
        assertThat(Files.isSameFile(destination.resolve("z"), destination.resolve("d/link")))
                .isTrue();
        assertThat(Files.isSameFile(destination.resolve("z"), tree.resolve("z")))
                .isFalse();
        assertThat(Files.getAttribute(destination.resolve("symlink-too"), "unix:nlink", LinkOption.NOFOLLOW_LINKS))
                .isEqualTo(3);
        assertThat(Files.getAttribute(destination.resolve("z"), "unix:nlink")).isEqualTo(2);
        assertThat(Files.getAttribute(destination.resolve("d/a"), "unix:nlink")).isEqualTo(1);
        assertThat(blocks(destination.resolve("sparse"))).isLessThan(100);
    }

    private static long blocks(Path file) throws IOException {
        try (Descriptor opened = Descriptor.open(file, 0, 0)) {
            return Attributes.status(opened).blocks();
        }
    }

    @Test
    void verificationFindsEachKindOfDamage() throws IOException {
        snapshot(request());
        Files.setPosixFilePermissions(destination.resolve("d/a"), PosixFilePermissions.fromString("rw-r-----"));
        try (RandomAccessFile sparse =
                new RandomAccessFile(destination.resolve("sparse").toFile(), "rw")) {
            sparse.seek(100);
            sparse.write(1);
        }
        Files.writeString(destination.resolve("d.b"), "longer");
        Files.delete(destination.resolve("d/empty"));
        Files.writeString(destination.resolve("d/extra"), "");
        Files.delete(destination.resolve("s"));
        Files.createSymbolicLink(destination.resolve("s"), Path.of("/etc/shadow"));
        Files.delete(destination.resolve("fifo"));
        Files.createDirectory(destination.resolve("fifo"));
        assertThat(Verification.verify(destination).differences())
                .extracting(found -> found.kind() + " " + found.path())
                .containsExactlyInAnyOrder(
                        "MODE d/a",
                        "CONTENT sparse",
                        "SIZE d.b",
                        "MISSING d/empty",
                        "EXTRA d/extra",
                        "TARGET s",
                        "TYPE fifo");
    }

    private static ExtendedAttributes extended(Descriptor root, String path) {
        return ExtendedAttributes.of(root, path.getBytes(StandardCharsets.US_ASCII));
    }

    private static ByteBuffer value(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void extendedAttributesAreCopiedAndVerified() throws IOException {
        try (Descriptor root = Descriptor.openDirectory(tree)) {
            ExtendedAttributes.of(root).set("user.root", value("r"));
            extended(root, "d").set("user.directory", value("d"));
            extended(root, "z").set("user.file", value("f"));
            extended(root, "z").set("user.empty", value(""));
        }
        SnapshotRun.Made made = snapshot(request());
        assertThat(made.unkept()).isEmpty();
        assertThat(Verification.verify(destination).differences()).isEmpty();
        try (Descriptor root = Descriptor.openDirectory(destination)) {
            assertThat(ExtendedAttributes.of(root).read()).isEqualTo(Map.of("user.root", value("r")));
            assertThat(extended(root, "d").read()).isEqualTo(Map.of("user.directory", value("d")));
            assertThat(extended(root, "z").read()).hasSize(2).containsEntry("user.file", value("f"));
            extended(root, "z").remove("user.empty");
            extended(root, "d").set("user.directory", value("e"));
            extended(root, "d.b").set("user.more", value("m"));
        }
        assertThat(Verification.verify(destination).differences())
                .extracting(found -> found.kind() + " " + found.path() + " " + found.detail())
                .containsExactlyInAnyOrder(
                        "XATTR z lacks extended attribute user.empty",
                        "XATTR d/link lacks extended attribute user.empty",
                        "XATTR d has another extended attribute user.directory",
                        "XATTR d.b had no extended attribute user.more");
    }

    @Test
    void whatTheDestinationInheritsIsNotInTheBackup() throws IOException {
        byte[] acl = new byte[] {
            2, 0, 0, 0, 1, 0, 7, 0, -1, -1, -1, -1, 2, 0, 4, 0, 1, 0, 0, 0, 4, 0, 5, 0, -1, -1, -1, -1, 16, 0, 5, 0, -1,
            -1, -1, -1, 32, 0, 5, 0, -1, -1, -1, -1
        };
        try (Descriptor root = Descriptor.openDirectory(destination)) {
            ExtendedAttributes.of(root).set("system.posix_acl_default", ByteBuffer.wrap(acl));
        }
        assertThat(snapshot(request()).unkept()).isEmpty();
        assertThat(Verification.verify(destination).differences()).isEmpty();
        try (Descriptor root = Descriptor.openDirectory(destination)) {
            for (String path : List.of(".", "d", "d/empty", "d/a", "fifo")) {
                assertThat(extended(root, path).read()).as(path).isEmpty();
            }
        }
    }

    @Test
    void theManifestNamesWhatCouldNotBeSet() throws IOException {
        ManifestEntry entry;
        Path file = Files.createFile(folder.resolve("manifest"));
        try (Descriptor manifest = Descriptor.open(file, OpenFlags.WRITE, 0)) {
            ManifestWriter writer = new ManifestWriter(manifest, MANIFEST);
            entry = ManifestEntry.of(TreePath.of(new byte[0]), statusOf(tree))
                    .withExtended(Map.of("user.kept", value("k")), List.of("trusted.lost: Operation not permitted"));
            writer.add(entry);
            writer.finish();
        }
        Files.move(file, destination.resolve(Manifest.NAME));
        try (Descriptor root = Descriptor.openDirectory(destination);
                ManifestReader reader = new ManifestReader(root)) {
            assertThat(reader.next()).isEqualTo(entry);
        }
        assertThat(TreeCopy.unkept(entry)).singleElement().satisfies(fact -> {
            assertThat(fact.getKind()).isEqualTo(UncoveredKind.UNKEPT);
            assertThat(fact.getReason()).isEqualTo("extended attribute trusted.lost: Operation not permitted");
        });
    }

    private static FileStatus statusOf(Path path) throws IOException {
        try (Descriptor opened = Descriptor.openDirectory(path)) {
            return Attributes.status(opened);
        }
    }

    @Test
    void aDamagedManifestIsFound() throws IOException {
        snapshot(request());
        Path manifest = destination.resolve(Manifest.NAME);
        String content = Files.readString(manifest);
        for (String damaged : List.of(
                content.replace("\"size\":5", "\"size\":6"),
                content.substring(0, content.length() - 5),
                content + " ",
                "",
                "{}")) {
            Files.writeString(manifest, damaged);
            Verification.Result result = Verification.verify(destination);
            assertThat(result.differences())
                    .extracting(Verification.Difference::kind)
                    .containsExactly(Kind.MANIFEST);
        }
    }

    @Test
    void aDirectoryWithoutManifestIsNoBackup() {
        assertThatThrownBy(() -> Verification.verify(tree))
                .isInstanceOf(SinkException.class)
                .hasMessageContaining("no sealed backup");
    }

    @Test
    void aCancelledOneLeavesNothing() throws IOException {
        SnapshotRequest request = request();
        request.cancel();
        assertThatThrownBy(() -> snapshot(request)).hasMessageContaining("cancelled");
        assertThat(destination.toFile().list()).isEmpty();
    }

    @Test
    void whatAnEarlierRunLeftIsMadeAnew() throws IOException {
        Files.createDirectory(destination.resolve(".catchwater-partial"));
        Files.writeString(destination.resolve(".catchwater-partial/snapshot-id"), "nightly");
        Files.writeString(destination.resolve("half"), "half");
        snapshot(request());
        assertThat(Verification.verify(destination).isSame()).isTrue();
    }

    @Test
    void aFinishedOneIsKept() throws IOException {
        snapshot(request());
        Object inode = Files.getAttribute(destination.resolve("z"), "unix:ino");
        assertThat(snapshot(request()).files()).isEqualTo(5);
        assertThat(Files.getAttribute(destination.resolve("z"), "unix:ino")).isEqualTo(inode);
    }

    /** As it is when its maker was killed after the manifest had its name. */
    @Test
    void oneThatIsSealedButForItsRootIsFinished() throws IOException {
        Files.setPosixFilePermissions(tree, PosixFilePermissions.fromString("rwxr-x--x"));
        snapshot(request());
        Files.createDirectory(destination.resolve(".catchwater-partial"));
        Files.setPosixFilePermissions(destination, PosixFilePermissions.fromString("rwx------"));
        snapshot(request());
        assertThat(Verification.verify(destination).differences()).isEmpty();
        assertThat(Files.getPosixFilePermissions(destination)).isEqualTo(PosixFilePermissions.fromString("rwxr-x--x"));
    }

    @Test
    void somebodyElsesFilesAreLeftAlone() throws IOException {
        Files.writeString(destination.resolve("mine"), "mine");
        assertThatThrownBy(() -> snapshot(request())).hasMessageContaining("not empty");
        assertThat(Files.readString(destination.resolve("mine"))).isEqualTo("mine");
    }

    @Test
    void holesAndFurtherNamesTakeNoTime() throws IOException {
        try (RandomAccessFile huge = new RandomAccessFile(tree.resolve("huge").toFile(), "rw")) {
            huge.write(1);
            huge.seek(1L << 39);
            huge.write(2);
            huge.setLength(1L << 40);
        }
        Files.createLink(folder.resolve("store/huge"), tree.resolve("huge"));
        Files.createLink(tree.resolve("huge-too"), tree.resolve("huge"));
        long began = System.nanoTime();
        assertThat(snapshot(new SnapshotRequest(
                                "nightly", held(), 4 << 20, SourcePaths.UNKNOWN, Exclusion.NONE, false, false))
                        .bytes())
                .isEqualTo((1L << 40) + 15 + (20 << 20));
        assertThat(Verification.verify(destination).differences()).isEmpty();
        assertThat(blocks(destination.resolve("huge"))).isLessThan(100);
        assertThat((System.nanoTime() - began) / 1e9).isLessThan(10);
        try (RandomAccessFile huge =
                new RandomAccessFile(destination.resolve("huge").toFile(), "rw")) {
            huge.seek(1L << 35);
            huge.write(3);
        }
        assertThat(Verification.verify(destination).differences())
                .extracting(found -> found.kind() + " " + found.path())
                .containsExactlyInAnyOrder("CONTENT huge", "CONTENT huge-too");
    }

    @Test
    void whatIsExcludedIsNeitherCopiedNorMissed() throws IOException {
        SnapshotRequest request = new SnapshotRequest(
                "nightly",
                held(),
                Rate.UNLIMITED,
                new SourcePaths(List.of("/srv/app")),
                Exclusion.of("^/srv/app/(d/a|s|sparse)$"),
                false,
                false);
        assertThat(snapshot(request).files()).isEqualTo(3);
        assertThat(destination.resolve("d/a")).doesNotExist();
        assertThat(destination.resolve("d/link")).hasContent("0123456789");
        assertThat(Verification.verify(destination).differences()).isEmpty();
    }

    @Test
    void whileItIsMadeAFileSaysThatItIsNoBackup() throws IOException {
        Path mark = destination.resolve("INCOMPLETE");
        List<Boolean> seen = new ArrayList<>();
        try (Descriptor root = Descriptor.openDirectory(tree)) {
            new SnapshotRun(root, request(), MANIFEST, now -> seen.add(Files.exists(mark))).run();
        }
        assertThat(seen).isNotEmpty().containsOnly(true);
        assertThat(mark).doesNotExist();
    }

    @Test
    void whileItIsMadeOnlyItsMakerMayEnter() throws IOException {
        Files.setPosixFilePermissions(destination, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setPosixFilePermissions(tree, PosixFilePermissions.fromString("rwxr-x---"));
        Set<String> seen = new HashSet<>();
        SnapshotRun.Listener look = now -> {
            seen.add(permissions(destination));
            seen.add(owner(destination));
        };
        SnapshotRequest cancelled = request();
        if (Attributes.mayChangeOwners()) {
            Files.setAttribute(destination, "unix:uid", 65534);
        }
        String before = owner(destination);
        try (Descriptor root = Descriptor.openDirectory(tree)) {
            assertThatThrownBy(() -> new SnapshotRun(root, cancelled, MANIFEST, now -> {
                                look.progress(now);
                                cancelled.cancel();
                            })
                            .run())
                    .hasMessageContaining("cancelled");
            assertThat(permissions(destination)).isEqualTo("rwxrwxrwx");
            assertThat(owner(destination)).isEqualTo(before);
            new SnapshotRun(root, request(), MANIFEST, look).run();
        }
        assertThat(seen).containsExactlyInAnyOrder("rwx------", Integer.toString(Attributes.ownUser()));
        assertThat(permissions(destination)).isEqualTo("rwxr-x---");
    }

    private static String permissions(Path path) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String owner(Path path) {
        try {
            return Files.getAttribute(path, "unix:uid").toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aFileOfThatNameOfTheSourceIsKept() throws IOException {
        file("INCOMPLETE", "mine");
        snapshot(request());
        assertThat(destination.resolve("INCOMPLETE")).hasContent("mine");
        assertThat(Verification.verify(destination).differences()).isEmpty();
    }

    @Test
    void aDestinationWithoutRoomIsRefusedBeforeAnythingIsCopied() throws IOException {
        try (Descriptor root = Descriptor.openDirectory(destination);
                Descriptor from = Descriptor.openDirectory(tree)) {
            Room.require(from, new TreeSize(10, 10, 1 << 20), root);
            assertThatThrownBy(() -> Room.require(from, new TreeSize(10, 10, 1L << 60), root))
                    .isInstanceOfSatisfying(
                            SinkException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOSPC))
                    .hasMessageContaining("not enough room: 1152921504606");
            assertThat(DirectoryReader.isEmpty(root)).isTrue();
        }
    }

    @Test
    void theThrottleHolds() throws IOException {
        Files.delete(tree.resolve("sparse"));
        Files.write(tree.resolve("large"), new byte[3 << 20]);
        long began = System.nanoTime();
        snapshot(new SnapshotRequest("nightly", held(), 4 << 20, SourcePaths.UNKNOWN, Exclusion.NONE, false, false));
        assertThat((System.nanoTime() - began) / 1e9).isBetween(0.5, 3.0);
    }
}
