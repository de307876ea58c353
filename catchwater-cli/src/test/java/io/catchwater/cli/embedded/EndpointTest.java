package io.catchwater.cli.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EndpointTest {
    @TempDir
    Path temporary;

    @Test
    void findsWhatALivingProcessAnnounced() throws IOException {
        Endpoint endpoint = Endpoint.here("127.0.0.1:1", "http://127.0.0.1:2", List.of("app"));
        endpoint.writeTo(temporary);

        assertThat(Endpoint.find(temporary)).contains(endpoint);

        Endpoint.removeFrom(temporary);
        assertThat(Endpoint.find(temporary)).isEmpty();
    }

    @Test
    void findsNobodyWhereNothingEverRan() {
        assertThat(Endpoint.find(temporary.resolve("missing"))).isEmpty();
    }

    @Test
    void isNotFooledByAReusedProcessId() throws IOException {
        Endpoint mine = Endpoint.here("127.0.0.1:1", "http://127.0.0.1:2", List.of());
        new Endpoint(mine.bootstrapServers(), mine.schemaRegistryUrl(), mine.pid(), mine.pidStartTicks() - 1, List.of())
                .writeTo(temporary);

        assertThat(Endpoint.find(temporary)).isEmpty();
    }

    @Test
    void readsTheFileOfANewerVersion() throws IOException {
        Endpoint endpoint = Endpoint.here("127.0.0.1:1", "http://127.0.0.1:2", List.of("app"));
        endpoint.writeTo(temporary);
        Path file = temporary.resolve("endpoint.json");
        Files.writeString(file, Files.readString(file).replaceFirst("\\{", "{\"added\":1,"));

        assertThat(Endpoint.find(temporary)).contains(endpoint);
    }
}
