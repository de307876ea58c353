package io.catchwater.sink.control;

import io.catchwater.files.Attributes;
import io.catchwater.files.Descriptor;
import io.catchwater.files.DirectoryReader;
import io.catchwater.files.Errno;
import io.catchwater.files.LinuxException;
import io.catchwater.files.Names;
import io.catchwater.schemas.control.DirectoryId;
import io.catchwater.sink.SinkException;
import io.catchwater.sink.seal.TreeSize;
import io.catchwater.sink.snapshot.Room;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Where a snapshot may go. A destination exists, is a directory, empty and writable, lies below an allowed prefix, and
 * neither in a source or the replica nor around one. It is judged with the rights of this process, but reached through no
 * symlink that another user could change. The error numbers are those of the original system.
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
     * @param prefixes below which destinations lie
     */
    public record Fixed(Path replica, AllowedPrefixes prefixes) {}

    /**
     * Judges what a new command names.
     *
     * @param destination as the command says it; null is refused
     * @return it, open
     * @throws SinkException with the error number and one line for a reader; nothing has been changed
     */
    public Destination check(String destination) throws IOException {
        Destination opened = open(destination);
        try {
            requireFree(opened.path());
            requireEmpty(opened);
            return opened;
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    /**
     * Judges again what was accepted before a restart. What is in it is not looked at: an earlier run may have begun.
     *
     * @param destination as it was accepted
     * @param accepted the directory that it was; null where nobody has written that down
     * @return it, open
     * @throws SinkException as {@link #check}; ESTALE when another directory has the path
     */
    public Destination again(String destination, DirectoryId accepted) throws IOException {
        Destination opened = open(destination);
        try {
            if (accepted != null && !opened.id().equals(accepted)) {
                throw refused(
                        Errno.ESTALE,
                        "'" + destination + "' is not the directory any more that the snapshot was accepted for");
            }
            requireFree(opened.path());
            return opened;
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    private Destination open(String destination) throws IOException {
        if (destination == null || destination.isEmpty()) {
            throw refused(Errno.EINVAL, "no destination given");
        }
        Descriptor root = openWritable(destination);
        try {
            Path real = root.currentPath();
            requireAllowed(real);
            return new Destination(this, root, real, Attributes.status(root));
        } catch (IOException e) {
            root.close();
            throw e;
        }
    }

    /**
     * Whether a snapshot may be in a place.
     *
     * @param real free of symlinks
     * @throws SinkException EINVAL when it lies outside the prefixes, or is, holds, or lies in a source or the replica
     */
    void requireAllowed(Path real) throws IOException {
        fixed.prefixes().requireBelow(real);
        for (String source : sources) {
            refuseOverlap(real, Path.of(source), "the source");
        }
        refuseOverlap(real, fixed.replica(), "the replica");
    }

    private void requireFree(Path real) throws SinkException {
        for (Map.Entry<String, Path> other : taken.entrySet()) {
            if (isWithin(real, other.getValue()) || isWithin(other.getValue(), real)) {
                throw refused(
                        Errno.EBUSY,
                        "'" + real + "' overlaps the destination of snapshot '" + other.getKey()
                                + "', which is under way");
            }
        }
    }

    /**
     * Whether there is room for a snapshot.
     *
     * @param tree root of the replica; it may change meanwhile
     * @throws SinkException ENOSPC when there is not
     */
    static void requireRoom(Descriptor tree, SnapshotRequest request) throws IOException {
        Room.require(
                tree,
                TreeSize.of(tree, request::includes),
                request.destination().root());
    }

    private Descriptor openWritable(String destination) throws IOException {
        Descriptor root;
        try {
            root = fixed.prefixes().openBelow(absolute(destination));
        } catch (LinuxException e) {
            throw switch (e.errno()) {
                case Errno.ENOENT -> refused(Errno.ENOENT, "'" + destination + "' does not exist");
                case Errno.ENOTDIR -> refused(Errno.EINVAL, "'" + destination + "' is not a directory");
                default -> refused(e.errno(), "'" + destination + "' " + AllowedPrefixes.why(e));
            };
        }
        if (!Names.mayChange(root)) {
            root.close();
            throw refused(Errno.EACCES, "'" + destination + "' is not writable");
        }
        return root;
    }

    private static void requireEmpty(Destination destination) throws IOException {
        if (!DirectoryReader.isEmpty(destination.root())) {
            throw refused(Errno.EEXIST, "'" + destination.path() + "' is not empty");
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

    private static void refuseOverlap(Path real, Path other, String what) throws IOException {
        if (!other.toFile().exists()) {
            return;
        }
        Path otherReal = other.toRealPath();
        if (real.equals(otherReal)) {
            throw refused(Errno.EINVAL, "'" + real + "' is " + what + " itself");
        }
        if (isWithin(real, otherReal)) {
            throw refused(Errno.EINVAL, "'" + real + "' is inside " + what + " '" + other + "'");
        }
        if (isWithin(otherReal, real)) {
            throw refused(Errno.EINVAL, "'" + real + "' is around " + what + " '" + other + "'");
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
