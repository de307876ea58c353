package io.catchwater.sink.replica;

import io.catchwater.files.Attributes;
import io.catchwater.files.Descriptor;
import io.catchwater.files.DirectoryReader;
import io.catchwater.files.Errno;
import io.catchwater.files.FileStatus;
import io.catchwater.files.FileType;
import io.catchwater.files.LinuxException;
import io.catchwater.files.Names;
import io.catchwater.files.OpenFlags;
import io.catchwater.sink.SinkException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The directories of a replica, held open: its root, and the one with Catchwater's own files (the store, the
 * checkpoint). The latter lies beside a replica that is kept, so that the replica is nothing but the tree, and inside a
 * directory that is being restored, so that one directory is all that is touched.
 */
public final class ReplicaPlace implements AutoCloseable {

    /** Catchwater's own directory in a directory that is not complete; gone when it is. */
    public static final String PARTIAL = ".catchwater-partial";

    private static final String BESIDE_SUFFIX = ".catchwater";
    private static final byte[] FILES = "files".getBytes(StandardCharsets.US_ASCII);
    private static final int OWN_MODE = 0700;
    private static final int OTHERS_MAY_WRITE = 022;
    private static final int SIDE_FLAGS = OpenFlags.READ | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;

    private final Path directory;
    private final Path sidePath;
    private final Descriptor root;
    private final Descriptor side;
    private final Descriptor files;
    private final Optional<TreePath> reserved;
    private Seclusion seclusion;

    private ReplicaPlace(Path directory, Path sidePath, Optional<TreePath> reserved) throws IOException {
        this.directory = directory;
        this.sidePath = sidePath;
        this.reserved = reserved;
        this.root = Descriptor.openDirectory(directory);
        this.side = openOrMake(sidePath);
        requireOwn();
        this.files = openOrMakeFiles(side);
        if (Attributes.status(root).device() != Attributes.status(files).device()) {
            close();
            throw unusable(directory, Errno.EXDEV, "is a mount point of its own; give a directory below it");
        }
    }

    /**
     * A replica that is kept.
     *
     * @param directory exists; empty, or a replica already
     * @throws SinkException when it cannot be used; nothing has been changed
     */
    public static ReplicaPlace beside(Path directory) throws IOException {
        Path real = requireDirectory(directory);
        Path side = sideOf(real);
        boolean begins = !side.toFile().isDirectory();
        if (begins) {
            requireEmpty(real);
        }
        ReplicaPlace place = new ReplicaPlace(real, side, Optional.empty());
        if (begins) {
            place.seclude();
        }
        return place;
    }

    /**
     * A directory that is restored or filled, and complete at the end.
     *
     * @param directory exists and is empty
     * @throws SinkException when it cannot be used; nothing has been changed
     */
    public static ReplicaPlace inside(Path directory) throws IOException {
        Path real = requireDirectory(directory);
        requireEmpty(real);
        TreePath partial = TreePath.of(PARTIAL.getBytes(StandardCharsets.US_ASCII));
        ReplicaPlace place = new ReplicaPlace(real, real.resolve(PARTIAL), Optional.of(partial));
        place.seclude();
        return place;
    }

    /** Until the root gets the mode that the source's has. */
    private void seclude() throws IOException {
        try {
            seclusion = Seclusion.of(root);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Where Catchwater's own files of a kept replica are. */
    public static Path sideOf(Path replica) {
        return replica.resolveSibling("." + replica.getFileName() + BESIDE_SUFFIX);
    }

    private static Path requireDirectory(Path directory) throws IOException {
        try (Descriptor opened = Descriptor.openDirectory(directory)) {
            if (!Names.mayChange(opened)) {
                throw unusable(directory, Errno.EACCES, "is not writable");
            }
            return directory.toRealPath();
        } catch (LinuxException e) {
            throw unusable(directory, e.errno(), Errno.text(e.errno()));
        }
    }

    private static void requireEmpty(Path directory) throws IOException {
        try (Descriptor opened = Descriptor.openDirectory(directory)) {
            if (!DirectoryReader.isEmpty(opened)) {
                throw unusable(directory, Errno.EEXIST, "is not empty");
            }
        }
    }

    private static SinkException unusable(Path directory, int errno, String why) {
        return new SinkException(
                SinkException.Reason.DESTINATION_UNUSABLE, errno, "cannot write to '" + directory + "': " + why);
    }

    /** Where another user may make names beside the replica, he may have made this one. */
    private void requireOwn() throws IOException {
        FileStatus made = Attributes.status(side);
        boolean own = made.uid() == Attributes.ownUser()
                || made.uid() == Attributes.status(root).uid();
        if (!own || (made.permissions() & OTHERS_MAY_WRITE) != 0) {
            root.close();
            side.close();
            throw unusable(
                    sidePath, Errno.EACCES, "it was not made by Catchwater; find out who made it, then remove it");
        }
    }

    private static Descriptor openOrMake(Path path) throws IOException {
        try {
            return Descriptor.open(path, SIDE_FLAGS, 0);
        } catch (LinuxException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
            try (Descriptor parent = Descriptor.openDirectory(path.getParent())) {
                Names.makeDirectory(parent, path.getFileName().toString().getBytes(StandardCharsets.UTF_8), OWN_MODE);
            }
            return Descriptor.open(path, SIDE_FLAGS, 0);
        }
    }

    private static Descriptor openOrMakeFiles(Descriptor side) throws IOException {
        if (FileStore.statusIfThere(side, FILES) == null) {
            Names.makeDirectory(side, FILES, OWN_MODE);
        }
        int flags = OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;
        return Names.open(side, FILES, flags, 0);
    }

    /** The directory, with all symlinks in its path resolved. */
    public Path directory() {
        return directory;
    }

    /** Where Catchwater's own files are. */
    public Path sidePath() {
        return sidePath;
    }

    public Descriptor root() {
        return root;
    }

    public Descriptor side() {
        return side;
    }

    public Descriptor files() {
        return files;
    }

    /** The name in the root that is not part of the tree. */
    Optional<TreePath> reserved() {
        return reserved;
    }

    /** Removes Catchwater's own files: what is left is the tree, or nothing when nothing was applied. */
    public void removeSide() throws IOException {
        try (Descriptor parent = Descriptor.openDirectory(sidePath.getParent())) {
            TreeRemoval.remove(parent, sidePath.getFileName().toString().getBytes(StandardCharsets.UTF_8), each -> {});
        }
    }

    /** Removes everything in a directory that was to be restored, of the tree and of Catchwater; it is then as it was. */
    public void removeEverything() throws IOException {
        for (DirectoryReader.Entry entry : DirectoryReader.sorted(root)) {
            TreeRemoval.remove(root, entry.name(), each -> {});
        }
        removeSide();
        seclusion.lift();
    }

    /** True when there is nothing in the tree yet. */
    public boolean isEmpty() throws IOException {
        for (DirectoryReader.Entry entry : DirectoryReader.sorted(root)) {
            boolean own = reserved.isPresent() && TreePath.of(entry.name()).equals(reserved.get());
            if (!own || entry.type() != FileType.DIRECTORY) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        try (root;
                side;
                files) {
            // Only closed.
        }
    }
}
