package io.catchwater.sink.replica;

import io.catchwater.files.Errno;
import io.catchwater.files.FileStatus;
import io.catchwater.files.FileType;
import io.catchwater.schemas.event.FileAttributes;
import io.catchwater.schemas.event.NameChanged;
import io.catchwater.schemas.event.Place;
import io.catchwater.sink.SinkException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Applies changes of names. Files follow their id: a change says which file has which name afterwards, and that is seen
 * to, wherever the file is now. Directories have no id here and are moved by path.
 */
final class NameOperations {

    private final FileStore store;
    private final Tree tree;
    private final Drift drift;
    private final Barrier barrier;
    private Barrier.Intent intent;

    /** @param intent left by a crash, or null */
    NameOperations(FileStore store, Tree tree, Drift drift, Barrier barrier, Barrier.Intent intent) {
        this.store = store;
        this.tree = tree;
        this.drift = drift;
        this.barrier = barrier;
        this.intent = intent;
    }

    void apply(long kafkaOffset, NameChanged change, long timeNs) throws IOException {
        FileKey file = FileKey.of(change.getFile());
        FileAttributes attributes = change.getAttributes();
        TreePath place = pathOf(change.getPlace());
        TreePath newPlace = pathOf(change.getNewPlace());
        switch (change.getKind()) {
            case CREATE -> appear(change, file, place, timeNs, true);
            case SYMLINK, MKNOD -> appear(change, file, required(place), timeNs, true);
            case LINK -> appear(change, file, required(place), timeNs, false);
            case MKDIR -> tree.makeDirectory(required(place), attributes, timeNs);
            case UNLINK -> tree.remove(file, required(place), timeNs);
            case RMDIR -> tree.removeDirectory(required(place), timeNs);
            case ATTRIBUTES -> setAttributes(file, place, attributes);
            case EXCHANGE -> exchange(kafkaOffset, required(place), required(newPlace), timeNs);
            case RENAME -> rename(kafkaOffset, change, place, newPlace, timeNs);
        }
    }

    private void appear(NameChanged change, FileKey file, TreePath place, long timeNs, boolean isNew)
            throws IOException {
        requireKnown(file, place);
        if (store.status(file) == null) {
            if (!isNew) {
                drift.found("the file that gets this name is not known", place);
            }
            store.create(file, change.getAttributes(), bytes(change.getTarget()));
        }
        store.setAttributes(file, place, change.getAttributes());
        if (place != null) {
            tree.put(file, place, timeNs);
        }
    }

    private void rename(long kafkaOffset, NameChanged change, TreePath place, TreePath newPlace, long timeNs)
            throws IOException {
        FileKey file = FileKey.of(change.getFile());
        if (newPlace == null) {
            tree.removeTree(required(place), timeNs);
        } else if (place == null) {
            enter(change, file, newPlace, timeNs);
        } else if (isDirectory(change.getAttributes(), place)) {
            moveDirectory(kafkaOffset, place, newPlace, timeNs);
        } else {
            moveFile(change, file, place, newPlace, timeNs);
        }
    }

    /** From outside the tree: what is in it comes by a copy. */
    private void enter(NameChanged change, FileKey file, TreePath newPlace, long timeNs) throws IOException {
        if (FileType.of(change.getAttributes().getMode()) == FileType.DIRECTORY) {
            tree.makeDirectory(newPlace, change.getAttributes(), timeNs);
        } else {
            appear(change, file, newPlace, timeNs, false);
        }
    }

    private boolean isDirectory(FileAttributes attributes, TreePath place) throws IOException {
        FileType said = FileType.of(attributes.getMode());
        if (said != FileType.UNKNOWN) {
            return said == FileType.DIRECTORY;
        }
        FileStatus present = tree.status(place);
        return present != null && present.type() == FileType.DIRECTORY;
    }

    private void moveFile(NameChanged change, FileKey file, TreePath place, TreePath newPlace, long timeNs)
            throws IOException {
        FileStatus wanted = file.isNone() ? null : store.status(file);
        FileStatus present = tree.status(place);
        boolean inPlace = present != null
                && present.type() != FileType.DIRECTORY
                && (wanted == null ? file.isNone() : present.sameFile(wanted));
        if (!inPlace) {
            drift.found("the file to rename is not there", place);
            appear(change, file, newPlace, timeNs, false);
            return;
        }
        FileStatus target = tree.status(newPlace);
        if (target != null && target.sameFile(present)) {
            // rename(2) of two names of one file leaves both; applied again, the new one was there already.
            if (drift.isApplyingAgain()) {
                tree.remove(file, place, timeNs);
            }
        } else {
            tree.move(place, newPlace, timeNs);
        }
        store.setAttributes(file, newPlace, change.getAttributes());
    }

    private void moveDirectory(long kafkaOffset, TreePath place, TreePath newPlace, long timeNs) throws IOException {
        if (place.holds(newPlace)) {
            throw new SinkException(
                    SinkException.Reason.FAILED,
                    Errno.EINVAL,
                    "'" + place + "' cannot be moved into itself: '" + newPlace + "'");
        }
        FileStatus present = tree.status(place);
        if (isDone(kafkaOffset, present)) {
            return;
        }
        if (present == null || present.type() != FileType.DIRECTORY) {
            drift.found("no directory to rename", place);
            return;
        }
        barrier.before(new Barrier.Intent(kafkaOffset, present.inode(), present.birthNs()));
        tree.move(place, newPlace, timeNs);
    }

    private void exchange(long kafkaOffset, TreePath place, TreePath newPlace, long timeNs) throws IOException {
        FileStatus present = tree.status(place);
        if (isDone(kafkaOffset, present)) {
            return;
        }
        if (present == null || tree.status(newPlace) == null) {
            drift.found("one of two names to exchange is missing", present == null ? place : newPlace);
            return;
        }
        barrier.before(new Barrier.Intent(kafkaOffset, present.inode(), present.birthNs()));
        tree.exchange(place, newPlace, timeNs);
    }

    /** True when a crash came after this operation: its subject no longer has the old name. */
    private boolean isDone(long kafkaOffset, FileStatus present) {
        Barrier.Intent left = intent;
        intent = null;
        return left != null
                && left.kafkaOffset() == kafkaOffset
                && (present == null || present.inode() != left.inode() || present.birthNs() != left.birthNs());
    }

    private void setAttributes(FileKey file, TreePath place, FileAttributes attributes) throws IOException {
        if (FileType.of(attributes.getMode()) != FileType.DIRECTORY) {
            store.setAttributes(file, place, attributes);
        } else if (place != null) {
            tree.setAttributes(place, attributes);
        }
    }

    private static void requireKnown(FileKey file, TreePath place) throws SinkException {
        if (file.isNone()) {
            throw new SinkException(
                    SinkException.Reason.FAILED, Errno.EINVAL, "a name without a file id: '" + place + "'");
        }
    }

    private static TreePath required(TreePath path) throws SinkException {
        if (path == null) {
            throw new SinkException(SinkException.Reason.FAILED, Errno.EINVAL, "a change of names without its path");
        }
        return path;
    }

    private static TreePath pathOf(Place place) throws SinkException {
        return place == null ? null : TreePath.of(place.getPath());
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
