package io.catchwater.cli.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.OwnerOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CredentialsFileTest {
    private static final int STRANGER = 65_534;

    @TempDir
    Path directory;

    private CredentialsFile credentials;
    private Path file;

    @BeforeEach
    void open() {
        credentials = new CredentialsFile(directory);
        file = directory.resolve("credentials");
    }

    @Test
    void keepsWhatItMadeForItsOwnerOnly() throws IOException {
        Credentials made = credentials.renew();

        assertThat(credentials.read()).isEqualTo(made);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(made.toString()).doesNotContain(made.brokerSecret());
    }

    @Test
    void renewsWhatIsSentAsItIsAndKeepsTheRest() throws IOException {
        Credentials first = credentials.renew();
        Credentials second = credentials.renew();

        assertThat(second.clientProperties()).isEqualTo(first.clientProperties());
        assertThat(second.plainSecret()).isNotEqualTo(first.plainSecret());
    }

    @Test
    void replacesEverySecret() throws IOException {
        Credentials first = credentials.renew();
        Credentials second = credentials.replace();

        assertThat(second.brokerSecret()).isNotEqualTo(first.brokerSecret());
        assertThat(second.registrySecret()).isNotEqualTo(first.registrySecret());
        assertThat(second.plainSecret()).isNotEqualTo(first.plainSecret());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "user=catchwater\nbroker=short\nregistry=short\nplain=short\n", "user=\\u00", "\0"})
    void refusesWhatItDidNotMake(String content) throws IOException {
        OwnerOnly.write(file, content);

        assertDenied("credentials rotate");
    }

    @Test
    void refusesNothingAtAll() {
        assertDenied("is missing");
    }

    @Test
    void refusesALinkAndWhatAStrangerPutThere() throws IOException {
        Path elsewhere = directory.resolve("elsewhere");
        OwnerOnly.write(elsewhere, Credentials.random("catchwater").asText());
        Files.createSymbolicLink(file, elsewhere);
        assertDenied("cannot be read");
        Files.delete(file);

        assumeTrue(OwnerOnly.ownUid() == 0, "only root can give a file away");
        credentials.replace();
        Files.setAttribute(file, "unix:uid", STRANGER);
        assertDenied("cannot be read");
    }

    private void assertDenied(String words) {
        assertThatThrownBy(credentials::read).isInstanceOfSatisfying(CommandFailure.class, failure -> {
            assertThat(failure.status()).isEqualTo(ExitStatus.DENIED);
            assertThat(failure.getMessage()).contains(file.toString(), words).doesNotContain("\n");
        });
    }
}
