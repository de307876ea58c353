package io.catchwater.cli.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catchwater.cli.embedded.EmbeddedStartFailure.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PortsTest {
    @TempDir
    Path temporary;

    @Test
    void keepsItsChoice() throws IOException {
        Ports first = Ports.choose(file(), Ports.ANY, Ports.ANY);

        assertThat(Ports.choose(file(), Ports.ANY, Ports.ANY)).isEqualTo(first);
    }

    @Test
    void replacesAKeptPortThatIsTaken() throws IOException {
        Ports first = Ports.choose(file(), Ports.ANY, Ports.ANY);
        try (ServerSocket other = occupy(first.client())) {
            Ports second = Ports.choose(file(), Ports.ANY, Ports.ANY);

            assertThat(second.client()).isNotEqualTo(other.getLocalPort());
            assertThat(second.controller()).isEqualTo(first.controller());
        }
    }

    @Test
    void insistsOnAWantedPort() throws IOException {
        try (ServerSocket other = occupy(0)) {
            assertThatThrownBy(() -> Ports.choose(file(), other.getLocalPort(), Ports.ANY))
                    .isInstanceOfSatisfying(
                            EmbeddedStartFailure.class,
                            failure -> assertThat(failure.reason()).isEqualTo(Reason.PORT_TAKEN))
                    .hasMessageContaining("port " + other.getLocalPort());
        }
        assertThat(file()).doesNotExist();
    }

    @Test
    void choosesAnewWhenTheFileIsDamaged() throws IOException {
        Files.writeString(file(), "client=abc\ncontroller=99999999\nregistry=-4\n");

        Ports ports = Ports.choose(file(), Ports.ANY, Ports.ANY);

        assertThat(ports.client()).isPositive();
        assertThat(Ports.choose(file(), Ports.ANY, Ports.ANY)).isEqualTo(ports);
    }

    private Path file() {
        return temporary.resolve("ports");
    }

    private static ServerSocket occupy(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }
}
