package io.catchwater.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Needs root; skipped without. */
final class NoticesTest {

    @TempDir
    private Path folder;

    private final List<Notices.Notice> read = new ArrayList<>();

    @BeforeEach
    void requireRoot() {
        assumeTrue(ExtendedAttributes.maySeeTrusted());
    }

    private long writeByAnother(String script) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-c", "cd '" + folder + "'; " + script).start();
        assertThat(process.waitFor()).isZero();
        return process.pid();
    }

    private void readAll(Notices notices) throws IOException {
        assertThat(notices.await(10_000)).isTrue();
        boolean more = true;
        while (more) {
            more = notices.read(read::add);
        }
    }

    private long of(long pid, Path path, Descriptor mount) throws IOException {
        FileStatus wanted;
        try (Descriptor file = Descriptor.open(path, OpenFlags.PATH, 0)) {
            wanted = Attributes.status(file);
        }
        long what = 0;
        for (Notices.Notice notice : read) {
            if (notice.pid() == pid) {
                try (Descriptor file = notice.file().open(mount, OpenFlags.PATH)) {
                    what |= Attributes.status(file).sameFile(wanted) ? notice.what() : 0;
                } catch (LinuxException e) {
                    assertThat(e.errno()).isEqualTo(Errno.ESTALE);
                }
            }
        }
        return what;
    }

    @Test
    void tellsWhoChangesWhat() throws Exception {
        try (Descriptor mount = Descriptor.openDirectory(folder);
                Notices notices = Notices.open()) {
            Files.writeString(folder.resolve("mode"), "");
            notices.watch(mount, Notices.MODIFIED | Notices.ATTRIBUTES | Notices.NAMES);
            long pid = writeByAnother("echo content >made; : >gone; rm gone; chmod 600 mode");
            readAll(notices);
            // chmod and rm are processes of their own.
            assertThat(of(pid, folder.resolve("made"), mount)).isEqualTo(Notices.MODIFIED);
            assertThat(of(pid, folder, mount) & Notices.NAMES).isNotZero();
            assertThat(of(pid, folder.resolve("mode"), mount)).isZero();
            assertThat(read).anyMatch(notice -> notice.what() == Notices.ATTRIBUTES);
        }
    }

    @Test
    void aFileHasOneHandle() throws Exception {
        byte[] name = "file".getBytes(StandardCharsets.US_ASCII);
        Files.writeString(folder.resolve("file"), "content");
        Files.createLink(folder.resolve("link"), folder.resolve("file"));
        try (Descriptor mount = Descriptor.openDirectory(folder);
                Descriptor file = Names.open(mount, name, OpenFlags.PATH, 0);
                Descriptor link = Descriptor.open(folder.resolve("link"), OpenFlags.PATH, 0)) {
            FileHandle handle = FileHandle.of(file);
            assertThat(handle).isEqualTo(FileHandle.of(link)).isNotEqualTo(FileHandle.of(mount));
            try (Descriptor again = handle.open(mount, OpenFlags.PATH)) {
                assertThat(Attributes.status(again)).isEqualTo(Attributes.status(file));
            }
        }
        Files.writeString(folder.resolve("short"), "content");
        try (Descriptor mount = Descriptor.openDirectory(folder)) {
            FileHandle handle;
            try (Descriptor file = Descriptor.open(folder.resolve("short"), OpenFlags.PATH, 0)) {
                handle = FileHandle.of(file);
            }
            Files.delete(folder.resolve("short"));
            assertThatThrownBy(() -> handle.open(mount, OpenFlags.PATH))
                    .isInstanceOfSatisfying(
                            LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ESTALE));
        }
    }
}
