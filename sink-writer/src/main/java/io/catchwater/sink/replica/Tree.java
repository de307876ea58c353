package io.catchwater.sink.replica;

import static io.catchwater.sink.replica.FileStore.statusIfThere;

import io.catchwater.files.Attributes;
import io.catchwater.files.Descriptor;
import io.catchwater.files.Errno;
import io.catchwater.files.ExtendedAttributes;
import io.catchwater.files.FileStatus;
import io.catchwater.files.FileType;
import io.catchwater.files.LinuxException;
import io.catchwater.files.Names;
import io.catchwater.files.OpenFlags;
import io.catchwater.schemas.event.FileAttributes;
import io.catchwater.sink.SinkException;
import java.io.IOException;
import java.util.Optional;

/**
 * The names of a replica, below a root that is held open. Every path is resolved from there without passing a symlink.
 *
 * <p>What is done here can be done again: names are set and removed by what they name, whatever has them now.
 * {@link #move} and {@link #exchange} of directories cannot; see {@link Barrier}.
 *
 * <p>Used by one thread.
 */
final class Tree {

    private static final int DIRECTORY_FLAGS = OpenFlags.READ | OpenFlags.DIRECTORY;
    /** Until the attributes come. */
    private static final int NEW_DIRECTORY_MODE = 0700;

    private final Descriptor root;
    private final FileStore store;
    private final Orphans orphans;
    private final Drift drift;
    private final Optional<TreePath> reserved;
    private final Unkept unkept;
    private final boolean ownersKept = Attributes.mayChangeOwners();

    /**
     * @param reserved a name in the root that is not part of the tree
     * @param unkept is told what could not be set
     */
    Tree(Descriptor root, Optional<TreePath> reserved, FileStore store, Orphans orphans, Drift drift, Unkept unkept) {
        this.root = root;
        this.reserved = reserved;
        this.store = store;
        this.orphans = orphans;
        this.drift = drift;
        this.unkept = unkept;
    }

    Descriptor root() {
        return root;
    }

    /** Opens the directory that holds a path. */
    Descriptor openParent(TreePath path) throws IOException {
        if (path.isRoot()) {
            throw new SinkException(SinkException.Reason.FAILED, Errno.EINVAL, "path refused, it is the root itself");
        }
        if (isReserved(path)) {
            throw new SinkException(
                    SinkException.Reason.FAILED,
                    Errno.EINVAL,
                    "path refused, the name is Catchwater's own: '" + path + "'");
        }
        return openDirectory(path.parent());
    }

    /** True for what lies in the root and is not part of the tree. */
    boolean isReserved(TreePath path) {
        return reserved.isPresent()
                && (reserved.get().equals(path) || reserved.get().holds(path));
    }

    Descriptor openDirectory(TreePath path) throws IOException {
        if (path.isRoot()) {
            return root.duplicate();
        }
        try {
            return Names.openBeneath(root, path.bytes(), DIRECTORY_FLAGS, 0);
        } catch (LinuxException e) {
            return switch (e.errno()) {
                case Errno.ELOOP -> instead(path, "a symlink is in its way: refused", drift.isApplyingAgain());
                case Errno.ENOENT, Errno.ENOTDIR -> instead(path, "no directory is there", true);
                default -> throw e;
            };
        }
    }

    /** Makes a directory where none is. Its name, and whatever lies in it, will be removed by an operation to come. */
    private Descriptor instead(TreePath path, String what, boolean tolerable) throws IOException {
        if (!tolerable) {
            throw new SinkException(SinkException.Reason.FAILED, Errno.ELOOP, "path '" + path + "': " + what);
        }
        drift.found(what, path);
        try (Descriptor parent = openParent(path)) {
            makeDirectory(parent, path.name());
        }
        return Names.openBeneath(root, path.bytes(), DIRECTORY_FLAGS, 0);
    }

    /** @return null when nothing has the path, or a component above it is missing */
    FileStatus status(TreePath path) throws IOException {
        try (Descriptor parent = openParent(path)) {
            return statusIfThere(parent, path.name());
        }
    }

    /** Gives the path to a file of the store, whatever has it now. */
    void put(FileKey file, TreePath path, long timeNs) throws IOException {
        try (Descriptor parent = openParent(path)) {
            byte[] name = path.name();
            FileStatus wanted = store.status(file);
            FileStatus present = statusIfThere(parent, name);
            if (present != null && wanted != null && present.sameFile(wanted)) {
                return;
            }
            if (present != null && present.type() == FileType.DIRECTORY) {
                drift.found("a directory is there", path);
                TreeRemoval.remove(parent, name, orphans::nameGoes);
            } else if (present != null) {
                orphans.nameGoes(present);
            }
            store.link(file, parent, name);
            Attributes.setModified(parent, timeNs);
        }
    }

    /** Makes a directory; one that is there already stays as it is. */
    void makeDirectory(TreePath path, FileAttributes attributes, long timeNs) throws IOException {
        try (Descriptor parent = openParent(path)) {
            if (makeDirectory(parent, path.name())) {
                Attributes.setModified(parent, timeNs);
            }
        }
        setAttributes(path, attributes);
    }

    private boolean makeDirectory(Descriptor parent, byte[] name) throws IOException {
        FileStatus present = statusIfThere(parent, name);
        if (present != null && present.type() == FileType.DIRECTORY) {
            return false;
        }
        if (present != null) {
            orphans.nameGoes(present);
            Names.unlink(parent, name);
        }
        Names.makeDirectory(parent, name, NEW_DIRECTORY_MODE);
        return true;
    }

    /** Mode, owner and extended attributes (where permitted), modification time of a directory. */
    void setAttributes(TreePath path, FileAttributes attributes) throws IOException {
        try (Descriptor directory = openDirectory(path)) {
            if (ownersKept) {
                Attributes.setOwner(directory, attributes.getUid(), attributes.getGid());
            }
            if (attributes.getExtended() != null) {
                setExtended(path, directory, attributes);
            }
            Attributes.setMode(directory, attributes.getMode());
            Attributes.setModified(directory, attributes.getModifiedNs());
        }
    }

    private void setExtended(TreePath path, Descriptor directory, FileAttributes attributes) throws IOException {
        if (!ownersKept) {
            Attributes.setMode(directory, NEW_DIRECTORY_MODE);
        }
        unkept.add(
                path.bytes(),
                ExtendedAttributes.of(directory).replace(attributes.getExtended(), attributes.getTrustedUnseen()));
    }

    /** Takes a path from a file; from whatever has it when the file is not known. */
    void remove(FileKey file, TreePath path, long timeNs) throws IOException {
        try (Descriptor parent = openParent(path)) {
            FileStatus present = statusIfThere(parent, path.name());
            if (present == null) {
                drift.found("nothing to unlink", path);
                return;
            }
            FileStatus wanted = store.status(file);
            boolean another = wanted != null && !present.sameFile(wanted);
            if (present.type() == FileType.DIRECTORY || another) {
                drift.found("another file is to be unlinked", path);
                return;
            }
            orphans.nameGoes(present);
            Names.unlink(parent, path.name());
            Attributes.setModified(parent, timeNs);
        }
    }

    /** Removes an empty directory. */
    void removeDirectory(TreePath path, long timeNs) throws IOException {
        try (Descriptor parent = openParent(path)) {
            FileStatus present = statusIfThere(parent, path.name());
            if (present == null || present.type() != FileType.DIRECTORY) {
                drift.found("no directory to remove", path);
                return;
            }
            try {
                Names.removeDirectory(parent, path.name());
            } catch (LinuxException e) {
                if (e.errno() != Errno.ENOTEMPTY) {
                    throw e;
                }
                drift.found("the directory to remove is not empty", path);
                TreeRemoval.remove(parent, path.name(), orphans::nameGoes);
            }
            Attributes.setModified(parent, timeNs);
        }
    }

    /** Removes whatever has the path, and everything below it. */
    void removeTree(TreePath path, long timeNs) throws IOException {
        try (Descriptor parent = openParent(path)) {
            TreeRemoval.remove(parent, path.name(), orphans::nameGoes);
            Attributes.setModified(parent, timeNs);
        }
    }

    /** As rename(2) between two paths. What is in the way is removed. */
    void move(TreePath from, TreePath to, long timeNs) throws IOException {
        try (Descriptor parent = openParent(from);
                Descriptor newParent = openParent(to)) {
            FileStatus replaced = statusIfThere(newParent, to.name());
            if (replaced != null) {
                orphans.nameGoes(replaced);
            }
            try {
                Names.rename(parent, from.name(), newParent, to.name());
            } catch (LinuxException e) {
                if (!isInTheWay(e.errno())) {
                    throw e;
                }
                drift.found("something is in the way of a rename", to);
                TreeRemoval.remove(newParent, to.name(), orphans::nameGoes);
                Names.rename(parent, from.name(), newParent, to.name());
            }
            Attributes.setModified(parent, timeNs);
            Attributes.setModified(newParent, timeNs);
        }
    }

    /** True when rename(2) refuses for what has the new name: a directory that is not empty, or one of the two is none. */
    private static boolean isInTheWay(int errno) {
        return switch (errno) {
            case Errno.ENOTEMPTY, Errno.EEXIST, Errno.ENOTDIR, Errno.EISDIR -> true;
            default -> false;
        };
    }

    /** Two paths change places. */
    void exchange(TreePath one, TreePath other, long timeNs) throws IOException {
        try (Descriptor parent = openParent(one);
                Descriptor otherParent = openParent(other)) {
            Names.exchange(parent, one.name(), otherParent, other.name());
            Attributes.setModified(parent, timeNs);
            Attributes.setModified(otherParent, timeNs);
        }
    }
}
