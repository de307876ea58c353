package io.catchwater.sink.replica;

import static io.catchwater.sink.replica.FileStore.statusIfThere;

import io.catchwater.files.Descriptor;
import io.catchwater.files.DirectoryReader;
import io.catchwater.files.Errno;
import io.catchwater.files.FileStatus;
import io.catchwater.files.FileType;
import io.catchwater.files.Names;
import io.catchwater.files.OpenFlags;
import io.catchwater.schemas.event.FileAttributes;
import io.catchwater.schemas.operation.TreeName;
import io.catchwater.sink.SinkException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the tree what a listing says: every name given is set, and at the end what was not given is removed. Files keep
 * their content, by id; one that is not known yet is made without content.
 *
 * <p>From TreeBegun to TreeEnded; a crash in between begins it again. Remembers at most 64 bytes a name, and the paths
 * of directories.
 */
final class Reconciliation {

    private final FileStore store;
    private final Tree tree;
    private final Orphans orphans;
    private final long timeNs;
    private final PathDigests named = new PathDigests();
    private final List<ListedDirectory> directories = new ArrayList<>();

    private record ListedDirectory(TreePath path, FileAttributes attributes) {}

    Reconciliation(FileStore store, Tree tree, Orphans orphans, FileAttributes rootAttributes, long timeNs)
            throws SinkException {
        this.store = store;
        this.tree = tree;
        this.orphans = orphans;
        this.timeNs = timeNs;
        directories.add(new ListedDirectory(TreePath.of(new byte[0]), rootAttributes));
    }

    void name(TreeName listed) throws IOException {
        TreePath path = TreePath.of(listed.getPath());
        FileAttributes attributes = listed.getAttributes();
        if (FileType.of(attributes.getMode()) == FileType.DIRECTORY) {
            tree.makeDirectory(path, attributes, timeNs);
            directories.add(new ListedDirectory(path, attributes));
        } else {
            file(path, listed);
        }
        named.add(path);
    }

    private void file(TreePath path, TreeName listed) throws IOException {
        FileKey file = FileKey.of(listed.getFile());
        if (file.isNone()) {
            throw new SinkException(
                    SinkException.Reason.FAILED, Errno.EINVAL, "a name without a file id: '" + path + "'");
        }
        FileStatus present = store.status(file);
        if (present != null
                && present.type() != FileType.of(listed.getAttributes().getMode())) {
            store.drop(file);
            present = null;
        }
        FileAttributes attributes =
                FileAttributes.newBuilder(listed.getAttributes()).build();
        if (present == null) {
            store.create(file, attributes, NameOperations.bytes(listed.getTarget()));
        } else if (present.type() == FileType.REGULAR) {
            // A change that was captured while the listing went on is newer than what the listing saw.
            attributes.setModifiedNs(Math.max(attributes.getModifiedNs(), store.modifiedNs(file, present)));
        }
        store.setAttributes(file, path, attributes);
        tree.put(file, path, timeNs);
    }

    /** Removes what was not named. */
    void end() throws IOException {
        try (Descriptor root = tree.root().duplicate()) {
            sweep(root, TreePath.of(new byte[0]));
        }
        for (ListedDirectory directory : directories) {
            tree.setAttributes(directory.path(), directory.attributes());
        }
    }

    private void sweep(Descriptor directory, TreePath path) throws IOException {
        for (DirectoryReader.Entry entry : DirectoryReader.sorted(directory)) {
            TreePath inner = path.child(entry.name());
            FileStatus present = statusIfThere(directory, entry.name());
            if (tree.isReserved(inner)) {
                continue;
            }
            if (!named.contains(inner)) {
                TreeRemoval.remove(directory, entry.name(), orphans::nameGoes);
            } else if (present != null && present.type() == FileType.DIRECTORY) {
                int flags = OpenFlags.READ | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;
                try (Descriptor below = Names.open(directory, entry.name(), flags, 0)) {
                    sweep(below, inner);
                }
            }
        }
    }
}
