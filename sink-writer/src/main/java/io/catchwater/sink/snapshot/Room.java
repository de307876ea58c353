package io.catchwater.sink.snapshot;

import io.catchwater.files.Attributes;
import io.catchwater.files.Content;
import io.catchwater.files.Descriptor;
import io.catchwater.files.Errno;
import io.catchwater.files.FileSystemSpace;
import io.catchwater.files.LinuxException;
import io.catchwater.files.Names;
import io.catchwater.files.OpenFlags;
import io.catchwater.sink.SinkException;
import io.catchwater.sink.seal.TreeSize;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Whether a file system has room for a copy of a tree. */
public final class Room {

    /** About what a name takes in its directory, its inode and the manifest. */
    private static final long BYTES_PER_NAME = 512;

    private static final byte[] HERE = ".".getBytes(StandardCharsets.US_ASCII);

    private Room() {}

    /**
     * Compares what is needed with what is free.
     *
     * @param tree root of what will be copied; blocks that its file system can share take no room
     * @param destination root of the copy
     * @throws SinkException ENOSPC when it is not enough
     */
    public static void require(Descriptor tree, TreeSize size, Descriptor destination) throws IOException {
        FileSystemSpace space = Attributes.space(destination);
        long data = canShare(tree, destination) ? 0 : size.bytes();
        long needed = data + size.names() * BYTES_PER_NAME;
        if (needed > space.availableBytes()) {
            throw new SinkException(
                    SinkException.Reason.DESTINATION_UNUSABLE,
                    Errno.ENOSPC,
                    "'" + destination + "' has not enough room: " + needed + " bytes needed, " + space.availableBytes()
                            + " free");
        }
        // 0 of 0: the file system makes them as they are needed.
        if (space.availableFiles() > 0 && size.names() > space.availableFiles()) {
            throw new SinkException(
                    SinkException.Reason.DESTINATION_UNUSABLE,
                    Errno.ENOSPC,
                    "'" + destination + "' has not enough room: " + size.names() + " inodes needed, "
                            + space.availableFiles() + " free");
        }
    }

    /** Tries it with files that have no name: nothing stays. */
    private static boolean canShare(Descriptor tree, Descriptor destination) {
        int flags = OpenFlags.TEMPORARY | OpenFlags.READ_WRITE;
        try (Descriptor from = Names.open(tree, HERE, flags, 0600);
                Descriptor to = Names.open(destination, HERE, flags, 0600)) {
            return Content.cloneFrom(to, from);
        } catch (LinuxException e) {
            return false;
        }
    }
}
