package io.catchwater.cli.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.catchwater.cli.OwnerOnly;
import io.catchwater.cli.embedded.EmbeddedStartFailure.Reason;
import io.catchwater.cli.http.PageToken;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The directory in which the embedded broker keeps its data, held by this process alone while it is open.
 *
 * <pre>
 *   format           the number of this layout
 *   lock             locked while a process uses the directory; the kernel frees it when the process dies
 *   ports            the ports chosen at first start
 *   endpoint.json    where the running broker is, see {@link Endpoint}
 *   credentials      what a client has to know, see {@link CredentialsFile}
 *   client.properties, kcat.conf   the same for clients that are not Catchwater, see {@link ClientFiles}
 *   page-token       what a reader of a page has to know
 *   kafka/           Kafka's own files
 *   log/             the log of the process
 *   served/          sources that a process of this host serves, with an embedded broker or another
 *   streams/         the stream processor's own
 * </pre>
 *
 * <p>Only its owner may enter it, since the topics hold the contents of the backed-up files; one that others may enter is
 * shut when it is opened.
 */
final class DataDirectory implements AutoCloseable {
    /** Raised when a newer layout cannot be read by the code of an older one, or the other way round. */
    static final String FORMAT = "1";

    private static final String FORMAT_FILE = "format";

    /** Made without an embedded broker, or by a first start that was killed before it wrote the format. */
    private static final Set<String> OWN_WITHOUT_FORMAT = Set.of("lock", "log", "served", "streams", PageToken.NAME);

    private final Path path;
    private final FileChannel lockChannel;

    private DataDirectory(Path path, FileChannel lockChannel) {
        this.path = path;
        this.lockChannel = lockChannel;
    }

    /**
     * Takes the directory for this process, creating it when it is missing or empty.
     *
     * @throws EmbeddedStartFailure when it holds something else, has another format, is locked or not accessible
     * @throws io.catchwater.cli.CommandFailure when it belongs to another user
     */
    static DataDirectory open(Path path) {
        try {
            boolean fresh = examine(path);
            OwnerOnly.directory(path);
            FileChannel lock = lock(path);
            if (fresh) {
                Files.writeString(path.resolve(FORMAT_FILE), FORMAT + "\n");
            }
            return new DataDirectory(path, lock);
        } catch (AccessDeniedException e) {
            throw new EmbeddedStartFailure(
                    Reason.DENIED, "no permission for " + e.getFile() + ", needed for the data directory " + path, e);
        } catch (IOException e) {
            throw new EmbeddedStartFailure(Reason.BROKER, "cannot use the data directory " + path + ": " + e, e);
        }
    }

    /** Reads only. Returns whether the directory is still to be filled. */
    private static boolean examine(Path path) throws IOException {
        if (!Files.exists(path)) {
            return true;
        }
        if (!Files.isDirectory(path)) {
            throw new EmbeddedStartFailure(
                    Reason.NOT_A_DATA_DIRECTORY, path + " is not a directory; choose another --data-dir");
        }
        Path formatFile = path.resolve(FORMAT_FILE);
        if (Files.exists(formatFile)) {
            requireOwnFormat(path, Files.readString(formatFile, UTF_8).strip());
            return false;
        }
        if (holdsForeignFiles(path)) {
            throw new EmbeddedStartFailure(
                    Reason.NOT_A_DATA_DIRECTORY,
                    path + " is not empty and not a Catchwater data directory; choose another --data-dir");
        }
        return true;
    }

    private static void requireOwnFormat(Path path, String format) {
        if (!format.equals(FORMAT)) {
            throw new EmbeddedStartFailure(
                    Reason.OTHER_FORMAT,
                    "the data directory " + path + " has format " + format + ", this version of Catchwater reads "
                            + FORMAT + "; use the version that wrote it, or choose another --data-dir");
        }
    }

    private static boolean holdsForeignFiles(Path path) throws IOException {
        try (Stream<Path> entries = Files.list(path)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .anyMatch(name -> !OWN_WITHOUT_FORMAT.contains(name) && !name.endsWith(OwnerOnly.TEMPORARY));
        }
    }

    private static FileChannel lock(Path path) throws IOException {
        FileChannel channel =
                FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Held by this very process: the same answer as for another one.
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        if (lock == null) {
            throw new EmbeddedStartFailure(
                    Reason.LOCKED,
                    "the data directory " + path
                            + " is in use by another catchwater process; end that one, or choose another --data-dir");
        }
        return channel;
    }

    Path path() {
        return path;
    }

    Path kafka() {
        return path.resolve("kafka");
    }

    Path log() {
        return path.resolve("log");
    }

    Path ports() {
        return path.resolve(Ports.NAME);
    }

    /** Lets other processes use the directory. */
    @Override
    public void close() {
        try {
            lockChannel.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
