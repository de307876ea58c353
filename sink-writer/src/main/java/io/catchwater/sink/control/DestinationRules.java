package io.catchwater.sink.control;

import io.catchwater.files.Descriptor;
import io.catchwater.files.DirectoryReader;
import io.catchwater.files.Errno;
import io.catchwater.files.LinuxException;
import io.catchwater.files.Names;
import io.catchwater.sink.SinkException;
import io.catchwater.sink.seal.TreeSize;
import io.catchwater.sink.snapshot.Room;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a snapshot may go. A destination exists, is a directory, empty and writable, lies below the allowed prefix, and
 * neither in a source or the replica nor around one. The error numbers are those of the original system.
 *
 * @param fixed what holds as long as the sink runs
 * @param sources watched directories; those that are not on this host do not matter
 * @param taken destinations of snapshots that are under way, by id
 */
public record DestinationRules(Fixed fixed, List<String> sources, Map<String, Path> taken) {

    /**
     * What holds as long as the sink runs.
     *
     * @param replica the sink's own
     * @param allowedPrefix when given, destinations lie below it
     */
    public record Fixed(Path replica, Optional<Path> allowedPrefix) {}

    /**
     * @param destination as the command says it; null is refused
     * @return the same with all symlinks resolved
     * @throws SinkException with the error number and one line for a reader; nothing has been changed
     */
    public Path check(String destination) throws IOException {
        if (destination == null || destination.isEmpty()) {
            throw refused(Errno.EINVAL, "no destination given");
        }
        Path real = openable(destination);
        Optional<Path> prefix = fixed.allowedPrefix();
        if (prefix.isPresent() && !isWithin(real, prefix.get().toRealPath())) {
            throw refused(Errno.EINVAL, "'" + destination + "' is not below the allowed prefix '" + prefix.get() + "'");
        }
        for (String source : sources) {
            refuseOverlap(destination, real, Path.of(source), "the source");
        }
        refuseOverlap(destination, real, fixed.replica(), "the replica");
        for (Map.Entry<String, Path> other : taken.entrySet()) {
            if (isWithin(real, other.getValue()) || isWithin(other.getValue(), real)) {
                throw refused(
                        Errno.EBUSY,
                        "'" + destination + "' overlaps the destination of snapshot '" + other.getKey()
                                + "', which is under way");
            }
        }
        requireEmpty(destination, real);
        return real;
    }

    /**
     * Whether there is room for a snapshot.
     *
     * @param tree root of the replica; it may change meanwhile
     * @param destination that was checked
     * @throws SinkException ENOSPC when there is not
     */
    static void requireRoom(Descriptor tree, SnapshotRequest request, Descriptor destination) throws IOException {
        Room.require(tree, TreeSize.of(tree, request::includes), destination);
    }

    private static Path openable(String destination) throws IOException {
        Path path = absolute(destination);
        try (Descriptor directory = Descriptor.openDirectory(path)) {
            if (!Names.mayChange(directory)) {
                throw refused(Errno.EACCES, "'" + destination + "' is not writable");
            }
            return path.toRealPath();
        } catch (LinuxException e) {
            throw switch (e.errno()) {
                case Errno.ENOENT -> refused(Errno.ENOENT, "'" + destination + "' does not exist");
                case Errno.ENOTDIR -> refused(Errno.EINVAL, "'" + destination + "' is not a directory");
                default -> refused(e.errno(), "'" + destination + "': " + Errno.text(e.errno()));
            };
        }
    }

    private static void requireEmpty(String destination, Path real) throws IOException {
        try (Descriptor directory = Descriptor.openDirectory(real)) {
            if (!DirectoryReader.isEmpty(directory)) {
                throw refused(Errno.EEXIST, "'" + destination + "' is not empty");
            }
        }
    }

    private static Path absolute(String destination) throws SinkException {
        try {
            Path path = Path.of(destination);
            if (path.isAbsolute()) {
                return path;
            }
        } catch (InvalidPathException e) {
            throw refused(Errno.EINVAL, "not a path: " + e.getMessage());
        }
        throw refused(Errno.EINVAL, "'" + destination + "' is not an absolute path");
    }

    private static void refuseOverlap(String destination, Path real, Path other, String what) throws IOException {
        if (!other.toFile().exists()) {
            return;
        }
        Path otherReal = other.toRealPath();
        if (real.equals(otherReal)) {
            throw refused(Errno.EINVAL, "'" + destination + "' is " + what + " itself");
        }
        if (isWithin(real, otherReal)) {
            throw refused(Errno.EINVAL, "'" + destination + "' is inside " + what + " '" + other + "'");
        }
        if (isWithin(otherReal, real)) {
            throw refused(Errno.EINVAL, "'" + destination + "' is around " + what + " '" + other + "'");
        }
    }

    /** Compares whole components. */
    private static boolean isWithin(Path inner, Path outer) {
        return inner.startsWith(outer);
    }

    private static SinkException refused(int errno, String message) {
        return new SinkException(SinkException.Reason.DESTINATION_UNUSABLE, errno, message);
    }
}
