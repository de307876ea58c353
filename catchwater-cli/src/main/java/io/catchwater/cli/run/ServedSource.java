package io.catchwater.cli.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.catchwater.cli.OwnerOnly;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A source that a process of this host serves: {@code served/NAME.json} in its data directory, by which {@code exec}
 * finds the ring.
 *
 * @param source its name
 * @param directories that are watched, absolute
 * @param ring for a program's environment
 * @param pid of the process that serves it
 * @param pidStartMs when that process began, milliseconds since 1970, so that a later one with its number is not
 *     taken for it
 */
public record ServedSource(String source, List<String> directories, String ring, long pid, long pidStartMs) {

    private static final String DIRECTORY = "served";
    private static final ObjectMapper JSON =
            new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    public ServedSource {
        directories = List.copyOf(directories);
    }

    /** A source that this process serves. */
    static ServedSource here(String source, List<Path> directories, Path ring) {
        ProcessHandle self = ProcessHandle.current();
        return new ServedSource(
                source, directories.stream().map(Path::toString).toList(), ring.toString(), self.pid(), startMs(self));
    }

    /**
     * Who serves a source.
     *
     * @return empty when nobody does: no file, or one that a killed process left behind
     */
    public static Optional<ServedSource> find(Path dataDirectory, String source) {
        try {
            ServedSource served =
                    JSON.readValue(Files.readString(file(dataDirectory, source), UTF_8), ServedSource.class);
            return Optional.of(served).filter(ServedSource::isAlive);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonProcessingException e) {
            // Cut off by a crash of the host: whoever wrote it is gone.
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void writeTo(Path dataDirectory) throws IOException {
        Path file = file(dataDirectory, source);
        Files.createDirectories(file.getParent());
        OwnerOnly.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n");
    }

    static void removeFrom(Path dataDirectory, String source) throws IOException {
        Files.deleteIfExists(file(dataDirectory, source));
    }

    private static Path file(Path dataDirectory, String source) {
        return dataDirectory.resolve(DIRECTORY).resolve(source + ".json");
    }

    private boolean isAlive() {
        return ProcessHandle.of(pid)
                .filter(process -> startMs(process) == pidStartMs)
                .isPresent();
    }

    private static long startMs(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }
}
