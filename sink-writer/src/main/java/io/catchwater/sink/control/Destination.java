package io.catchwater.sink.control;

import io.catchwater.files.Attributes;
import io.catchwater.files.Descriptor;
import io.catchwater.files.Errno;
import io.catchwater.files.FileStatus;
import io.catchwater.files.LinuxException;
import io.catchwater.schemas.control.DirectoryId;
import io.catchwater.sink.SinkException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A directory that was found fit for a snapshot, held open from then on: whatever becomes of its path, nothing is written
 * anywhere else. Any thread may use it until it is closed.
 */
public final class Destination implements AutoCloseable {

    private final DestinationRules rules;
    private final Descriptor root;
    private final Path path;
    private final DirectoryId id;

    Destination(DestinationRules rules, Descriptor root, Path path, FileStatus status) {
        this.rules = rules;
        this.root = root;
        this.path = path;
        this.id = idOf(status);
    }

    /** Not the device: its number may be another after the host was started anew. */
    private static DirectoryId idOf(FileStatus status) {
        return new DirectoryId(status.inode(), status.birthNs());
    }

    /** The directory itself. */
    public Descriptor root() {
        return root;
    }

    /** Where it was when it was found fit, free of symlinks. */
    public Path path() {
        return path;
    }

    /** By which it is known again after a restart. */
    public DirectoryId id() {
        return id;
    }

    /**
     * To be asked before anything is written: it may have been moved since.
     *
     * @return where it is now, free of symlinks
     * @throws SinkException ENOENT when it is gone; EINVAL when it has got to where no snapshot may be
     */
    public Path requireInPlace() throws IOException {
        if (Attributes.status(root).links() == 0) {
            throw new SinkException(
                    SinkException.Reason.DESTINATION_UNUSABLE,
                    Errno.ENOENT,
                    "'" + path + "' was removed while the snapshot waited");
        }
        Path now = root.currentPath();
        rules.requireAllowed(now);
        return now;
    }

    @Override
    public void close() throws LinuxException {
        root.close();
    }
}
