package io.catchwater.cli.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.OwnerOnly;
import io.catchwater.cli.embedded.EmbeddedStartFailure.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataDirectoryTest {
    @TempDir
    Path temporary;

    @Test
    void createsADirectoryThatOnlyItsOwnerEnters() throws IOException {
        Path path = temporary.resolve("a/b");
        DataDirectory.open(path).close();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rwx------");
    }

    @Test
    void shutsOthersOutOfADirectoryThatWasOpen() throws IOException {
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxrwxrwx"));
        DataDirectory.open(temporary).close();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(temporary)))
                .isEqualTo("rwx------");
    }

    @Test
    void refusesADirectoryOfAnotherUserAndLeavesItAlone() throws IOException {
        assumeTrue(OwnerOnly.ownUid() == 0, "only root can give a directory away");
        Files.setAttribute(temporary, "unix:uid", 65_534);

        assertThatThrownBy(() -> DataDirectory.open(temporary))
                .isInstanceOfSatisfying(CommandFailure.class, failure -> {
                    assertThat(failure.status()).isEqualTo(ExitStatus.DENIED);
                    assertThat(failure.getMessage()).contains(temporary.toString(), "belongs to", "--data-dir");
                });
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void opensWhereAPageWasServedBefore() throws IOException {
        Files.createFile(temporary.resolve("page-token"));
        Files.createFile(temporary.resolve("page-token.1.new"));
        DataDirectory.open(temporary).close();

        assertThat(temporary.resolve("format")).exists();
    }

    @Test
    void opensWhatItCreated() {
        Path path = temporary.resolve("data");
        DataDirectory.open(path).close();
        DataDirectory.open(path).close();

        assertThat(path.resolve("format")).hasContent(DataDirectory.FORMAT);
    }

    @Test
    void goesOnWhereAFirstStartWasKilled() throws IOException {
        Files.createFile(temporary.resolve("lock"));
        DataDirectory.open(temporary).close();

        assertThat(temporary.resolve("format")).exists();
    }

    @Test
    void refusesADirectoryInUse() {
        try (DataDirectory held = DataDirectory.open(temporary)) {
            assertRefused(held.path(), Reason.LOCKED, ExitStatus.BUSY);
        }
        DataDirectory.open(temporary).close();
    }

    @Test
    void refusesAnotherFormatAndLeavesItAlone() throws IOException {
        Files.writeString(temporary.resolve("format"), "2\n");

        assertRefused(temporary, Reason.OTHER_FORMAT, ExitStatus.FAILED);
        assertThat(temporary).isDirectoryNotContaining("glob:**lock");
    }

    @Test
    void refusesADirectoryOfSomethingElseAndLeavesItAlone() throws IOException {
        Files.createFile(temporary.resolve("letter.txt"));

        assertRefused(temporary, Reason.NOT_A_DATA_DIRECTORY, ExitStatus.USAGE);
        assertThat(temporary).isDirectoryNotContaining("glob:**lock");
    }

    @Test
    void refusesAFile() throws IOException {
        assertRefused(Files.createFile(temporary.resolve("letter.txt")), Reason.NOT_A_DATA_DIRECTORY, ExitStatus.USAGE);
    }

    private static void assertRefused(Path path, Reason reason, ExitStatus status) {
        assertThatThrownBy(() -> DataDirectory.open(path))
                .isInstanceOfSatisfying(EmbeddedStartFailure.class, failure -> {
                    assertThat(failure.reason()).isEqualTo(reason);
                    assertThat(failure.status()).isEqualTo(status);
                    assertThat(failure.getMessage())
                            .contains(path.toString(), "--data-dir")
                            .doesNotContain("\n");
                });
    }
}
