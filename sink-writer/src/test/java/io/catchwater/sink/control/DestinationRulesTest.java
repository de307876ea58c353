package io.catchwater.sink.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.catchwater.files.Attributes;
import io.catchwater.files.Errno;
import io.catchwater.sink.SinkException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DestinationRulesTest {

    private static final int STRANGER = 65534;

    @TempDir
    Path folder;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private DestinationRules rules;

    @BeforeEach
    void make() throws IOException {
        for (String directory : List.of(
                "source/inner",
                "replica/inner",
                "allowed/empty",
                "allowed/empty-too",
                "also-allowed/empty",
                "allowed-not/empty",
                "full/x",
                "taken/inner")) {
            Files.createDirectories(folder.resolve(directory));
        }
        Files.writeString(folder.resolve("file"), "");
        Files.createSymbolicLink(folder.resolve("allowed/link"), folder.resolve("source/inner"));
        Files.createSymbolicLink(folder.resolve("allowed/to-allowed"), folder.resolve("allowed"));
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("allowed"));
        rules = rules();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T keep(T resource) {
        opened.add(resource);
        return resource;
    }

    private DestinationRules rules(String... prefixes) throws IOException {
        AllowedPrefixes allowed = keep(
                AllowedPrefixes.open(Stream.of(prefixes).map(folder::resolve).toList()));
        return new DestinationRules(
                new DestinationRules.Fixed(folder.resolve("replica"), allowed),
                List.of(folder.resolve("source").toString(), "/not/on/this/host"),
                Map.of("other", folder.resolve("taken").toRealPath()));
    }

    private Destination check(DestinationRules by, String destination) throws IOException {
        return keep(by.check(folder.resolve(destination).toString()));
    }

    private static void assertErrno(int errno, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SinkException.class,
                        e -> assertThat(e.errno()).as(e.getMessage()).isEqualTo(errno));
    }

    private static void assertRefused(DestinationRules by, String destination, int errno) {
        assertErrno(errno, () -> by.check(destination).close());
    }

    private void assertRefusedHere(DestinationRules by, String destination, int errno) {
        assertRefused(by, folder.resolve(destination).toString(), errno);
    }

    private static void give(Path path) throws IOException {
        assumeTrue(Attributes.mayChangeOwners(), "only root may give files away");
        Files.setAttribute(path, "unix:uid", STRANGER, LinkOption.NOFOLLOW_LINKS);
    }

    private Path shared(String name) throws IOException {
        Path shared = Files.createDirectory(folder.resolve(name));
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
        return shared;
    }

    @Test
    void anEmptyDirectoryIsTaken() throws IOException {
        Path empty = folder.resolve("allowed/empty").toRealPath();
        assertThat(check(rules, "allowed/empty").path()).isEqualTo(empty);
        assertThat(check(rules, "link/empty").path()).isEqualTo(empty);
        assertThat(check(rules("also-allowed", "allowed"), "allowed/empty").path())
                .isEqualTo(empty);
    }

    @Test
    void everythingElseIsRefusedWithItsNumber() {
        assertRefused(rules, null, Errno.EINVAL);
        assertRefused(rules, "", Errno.EINVAL);
        assertRefused(rules, "relative/path", Errno.EINVAL);
        assertRefused(rules, "/nul\0", Errno.EINVAL);
        assertRefusedHere(rules, "missing", Errno.ENOENT);
        assertRefusedHere(rules, "file", Errno.EINVAL);
        assertRefusedHere(rules, "full", Errno.EEXIST);
        assertRefusedHere(rules, "source/inner", Errno.EINVAL);
        assertRefusedHere(rules, "allowed/link", Errno.EINVAL);
        assertRefusedHere(rules, "replica/inner", Errno.EINVAL);
        assertRefusedHere(rules, "taken/inner", Errno.EBUSY);
    }

    @Test
    void thePrefixIsComparedByComponentsAndNothingClimbsOutOfIt() throws IOException {
        DestinationRules prefixed = rules("allowed");
        assertRefusedHere(prefixed, "allowed-not/empty", Errno.EINVAL);
        assertRefusedHere(prefixed, "allowed/../allowed-not/empty", Errno.EINVAL);
        assertRefusedHere(prefixed, "allowed/../allowed/empty", Errno.EINVAL);
        assertRefusedHere(prefixed, "allowed", Errno.EINVAL);
        assertRefusedHere(rules("allowed", "also-allowed"), "allowed-not/empty", Errno.EINVAL);
    }

    @Test
    void belowThePrefixNoSymlinkIsFollowed() throws IOException {
        DestinationRules prefixed = rules("allowed");
        assertRefusedHere(prefixed, "allowed/link", Errno.ELOOP);
        assertRefusedHere(prefixed, "allowed/to-allowed/empty", Errno.ELOOP);
    }

    @Test
    void thePrefixIsTheDirectoryThatItWasAtTheStart() throws IOException {
        DestinationRules prefixed = rules("link");
        Path empty = folder.resolve("allowed/empty").toRealPath();
        assertThat(check(prefixed, "link/empty").path()).isEqualTo(empty);
        Files.delete(folder.resolve("link"));
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("allowed-not"));
        assertThat(check(prefixed, "link/empty").path()).isEqualTo(empty);
    }

    @Test
    void aSymlinkThatAnotherUserCouldChangeIsNotFollowed() throws IOException {
        Path shared = shared("shared");
        Files.createSymbolicLink(shared.resolve("planted"), folder.resolve("allowed"));
        assertRefusedHere(rules, "shared/planted/empty", Errno.ELOOP);
        assertErrno(Errno.ELOOP, () -> rules("shared/planted"));
        Files.createDirectory(shared.resolve("own"));
        assertThat(check(rules, "shared/own").path())
                .isEqualTo(shared.resolve("own").toRealPath());
        give(folder.resolve("shared"));
        assertRefusedHere(rules, "shared/planted/empty", Errno.ELOOP);
    }

    @Test
    void whatIsPutAtThePathAfterwardsIsNotWrittenTo() throws IOException {
        Destination held = check(rules("allowed"), "allowed/empty");
        Path path = folder.resolve("allowed/empty");
        Files.move(path, folder.resolve("allowed/renamed"));
        Files.createSymbolicLink(path, folder.resolve("replica"));
        Path renamed = folder.resolve("allowed/renamed").toRealPath();
        assertThat(held.requireInPlace()).isEqualTo(renamed);
        Files.move(renamed, folder.resolve("allowed-not/renamed"));
        assertErrno(Errno.EINVAL, held::requireInPlace);
        Files.move(folder.resolve("allowed-not/renamed"), folder.resolve("allowed/again"));
        assertThat(held.requireInPlace()).endsWithRaw(Path.of("again"));
        Files.delete(folder.resolve("allowed/again"));
        assertErrno(Errno.ENOENT, held::requireInPlace);
    }

    @Test
    void whatIsMovedIntoTheReplicaIsRefused() throws IOException {
        Destination held = check(rules, "allowed/empty");
        Files.move(folder.resolve("allowed/empty"), folder.resolve("replica/moved"));
        assertErrno(Errno.EINVAL, held::requireInPlace);
    }

    @Test
    void afterARestartItIsTheSameDirectoryOrNone() throws IOException {
        DestinationRules prefixed = rules("allowed");
        Destination accepted = check(prefixed, "allowed/empty");
        Path path = accepted.path();
        Files.createDirectory(path.resolve("begun"));
        assertThat(keep(prefixed.again(path.toString(), accepted.id())).path()).isEqualTo(path);
        Files.move(path, folder.resolve("allowed/renamed"));
        assertErrno(Errno.ENOENT, () -> prefixed.again(path.toString(), accepted.id()));
        Files.createSymbolicLink(path, folder.resolve("allowed/renamed"));
        assertErrno(Errno.ELOOP, () -> prefixed.again(path.toString(), accepted.id()));
        Files.delete(path);
        Files.createDirectory(path);
        assertErrno(Errno.ESTALE, () -> prefixed.again(path.toString(), accepted.id()));
        DestinationRules elsewhere = rules("also-allowed");
        assertErrno(Errno.EINVAL, () -> elsewhere.again(path.toString(), null));
    }
}
