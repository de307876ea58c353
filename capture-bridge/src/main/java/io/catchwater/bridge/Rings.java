package io.catchwater.bridge;

import io.catchwater.bridge.ring.RingFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Names of the ring files of one source in one Kafka cluster: another cluster may have a source of the same name. */
final class Rings {

    private final Path directory;
    private final String source;
    private final String prefix;

    /** @param clusterId as the brokers tell it: letters, digits, _ and - */
    Rings(Path directory, String source, String clusterId) {
        this.directory = directory;
        this.source = source;
        this.prefix = "catchwater." + source + "." + clusterId.replaceAll("[^A-Za-z0-9_-]", "_") + ".";
    }

    Path path(long incarnation) {
        return directory.resolve(prefix + incarnation + ".ring");
    }

    /**
     * Removes the rings that killed bridges of the source have left.
     *
     * @throws AlreadyServedException when a living bridge serves the source; nothing is removed of its
     */
    void removeStale() throws IOException {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, prefix + "[0-9]*.ring")) {
            for (Path ring : found) {
                if (!RingFile.removeStale(ring)) {
                    throw new AlreadyServedException(source, ring);
                }
            }
        }
    }
}
