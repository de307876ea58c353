package io.catchwater.bridge.ring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.catchwater.files.Attributes;
import io.catchwater.files.Descriptor;
import io.catchwater.files.FileStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RingAccessTest {

    private static final int SERVICE = 4001;
    private static final int SHARED = 4002;
    private static final int STRANGER = 65534;

    private static final Credentials ROOT = new Credentials(0, 0, Set.of(), true);

    @TempDir
    Path folder;

    private int directories;

    private Path directory(int uid, int gid, String permissions) throws IOException {
        assumeTrue(Attributes.mayChangeOwners(), "only root may give files away");
        Path made = Files.createDirectory(folder.resolve("source" + directories++));
        Files.setAttribute(made, "unix:uid", uid);
        Files.setAttribute(made, "unix:gid", gid);
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString(permissions));
        return made;
    }

    private static RingAccess access(Credentials maker, Path... directories) throws IOException {
        List<FileStatus> statuses = new ArrayList<>();
        for (Path directory : directories) {
            try (Descriptor opened = Descriptor.openDirectory(directory)) {
                statuses.add(Attributes.status(opened));
            }
        }
        return RingAccess.of(statuses, maker);
    }

    private static Credentials user(int uid, int gid, Integer... groups) {
        return new Credentials(uid, gid, Set.copyOf(Arrays.asList(groups)), false);
    }

    private static String shape(RingAccess access) {
        return "%d:%d %o".formatted(access.uid(), access.gid(), access.mode());
    }

    @Test
    void rootMakesItForWhomTheDirectoryIs() throws IOException {
        assertThat(shape(access(ROOT, directory(SERVICE, SHARED, "rwxr-xr-x")))).isEqualTo("4001:0 600");
        assertThat(shape(access(ROOT, directory(SERVICE, SHARED, "rwxrwx---")))).isEqualTo("4001:4002 660");
        assertThat(shape(access(ROOT, directory(SERVICE, SHARED, "rwxrwxrwx")))).isEqualTo("4001:0 666");
        Path closed = directory(SERVICE, 0, "rwx------");
        assertThat(shape(access(ROOT, closed, directory(0, SHARED, "rwxrwxr-x"))))
                .isEqualTo("4001:4002 660");
    }

    @Test
    void aServiceMakesItForItselfAndItsOwnGroup() throws IOException {
        Credentials service = user(SERVICE, SERVICE, SHARED);
        assertThat(shape(access(service, directory(SERVICE, 0, "rwxrwx---")))).isEqualTo("4001:4001 600");
        assertThat(shape(access(service, directory(SERVICE, SERVICE, "rwxrwx---"))))
                .isEqualTo("4001:4001 660");
        // The kernel would let the group 4001 in as well, whose members may not change the source.
        assertThat(shape(access(service, directory(SERVICE, SHARED, "rwxrwx---"))))
                .isEqualTo("4001:4001 600");
        assertThat(shape(access(service, directory(0, 0, "rwxrwxrwx")))).isEqualTo("4001:4001 666");
    }

    /** What is said of a process is what the kernel does with it. */
    @ParameterizedTest
    @CsvSource({
        "rwxr-xr-x, 4001, 9, 9, true",
        "rwxr-xr-x, 65534, 4002, 9, false",
        "rwxrwx---, 65534, 4002, 9, true",
        "rwxrwx---, 65534, 9, 4002, true",
        "rwxrwx---, 65534, 9, 9, false",
        "rwxrwx---, 65534, 0, 9, false",
        "rwxrwxrwx, 65534, 9, 9, true",
        "rwxrwxrwx, 65534, 0, 4002, true",
        "rwx------, 0, 9, 9, true"
    })
    void exactlyThoseGetIn(String permissions, int uid, int gid, int group, boolean admitted) throws Exception {
        Path source = directory(SERVICE, SHARED, permissions);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        RingDefinition definition = new RingDefinition(
                1, 1 << 16, Duration.ofSeconds(1), List.of(source.toString().getBytes(UTF_8)), Set.of(), false);
        RingAccess access = access(Credentials.of(Path.of("/proc/self")), source);
        try (RingFile ring = RingFile.create(folder.resolve("ring"), definition, access)) {
            String script = "open(my $file, '<', $ARGV[1]) or exit 1; shmwrite($ARGV[0], 'x', 0, 1) or exit 1; exit 0";
            Process process = new ProcessBuilder(
                            "setpriv",
                            "--reuid=" + uid,
                            "--regid=" + gid,
                            "--groups=" + group,
                            "perl",
                            "-e",
                            script,
                            Integer.toString(ring.segment()),
                            ring.path().toString())
                    .inheritIO()
                    .start();
            assertThat(process.waitFor()).isEqualTo(admitted ? 0 : 1);
            Credentials other = new Credentials(uid, gid, Set.of(group), uid == 0);
            assertThat(ring.access().admits(other)).isEqualTo(admitted);
        }
    }

    @Test
    void theKernelTellsAsWhomAProcessRuns() throws Exception {
        assumeTrue(Attributes.mayChangeOwners(), "only root may become another user");
        Process process =
                new ProcessBuilder("setpriv", "--reuid=65534", "--regid=9", "--groups=4001,4002", "cat").start();
        try {
            Path proc = Path.of("/proc", Long.toString(process.pid()));
            while (!Files.readString(proc.resolve("comm")).equals("cat\n")) {
                Thread.onSpinWait();
            }
            assertThat(Credentials.of(proc)).isEqualTo(user(STRANGER, 9, SERVICE, SHARED));
            assertThat(Credentials.of(Path.of("/proc/self")).ignoresIpcPermissions())
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
    }
}
