package io.catchwater.cli.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.catchwater.cli.OwnerOnly;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where a running embedded platform is: {@code endpoint.json} in its data directory, there while the process lives.
 *
 * @param bootstrapServers for Kafka clients
 * @param schemaRegistryUrl for the Avro serializers
 * @param pid of the process that runs the broker
 * @param pidStartTicks start of that process in clock ticks since boot (proc(5), field 22 of stat), so that a later
 *     process with the same number is not taken for it
 * @param sources names of the sources that the process serves
 */
public record Endpoint(
        String bootstrapServers, String schemaRegistryUrl, long pid, long pidStartTicks, List<String> sources) {
    private static final ObjectMapper JSON =
            new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    public Endpoint {
        sources = List.copyOf(sources);
    }

    /** The endpoint of a platform in this process. */
    static Endpoint here(String bootstrapServers, String schemaRegistryUrl, List<String> sources) {
        long pid = ProcessHandle.current().pid();
        return new Endpoint(
                bootstrapServers, schemaRegistryUrl, pid, startTicks(pid).orElse(0L), sources);
    }

    /**
     * Finds the platform that runs on a data directory.
     *
     * @return empty when none runs there: no file, or one that a killed process left behind
     * @throws UncheckedIOException when the file is there and cannot be read or understood
     */
    public static Optional<Endpoint> find(Path dataDirectory) {
        try {
            Endpoint endpoint = JSON.readValue(Files.readString(fileIn(dataDirectory), UTF_8), Endpoint.class);
            return Optional.of(endpoint).filter(Endpoint::isAlive);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void writeTo(Path dataDirectory) throws IOException {
        OwnerOnly.write(
                fileIn(dataDirectory), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n");
    }

    static void removeFrom(Path dataDirectory) throws IOException {
        Files.deleteIfExists(fileIn(dataDirectory));
    }

    private static Path fileIn(Path dataDirectory) {
        return dataDirectory.resolve("endpoint.json");
    }

    private boolean isAlive() {
        return startTicks(pid).filter(ticks -> ticks == pidStartTicks).isPresent();
    }

    private static Optional<Long> startTicks(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), UTF_8);
            // The second field is the program's name in parentheses and may hold anything, spaces too.
            String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return Optional.of(Long.parseLong(afterName[19]));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
