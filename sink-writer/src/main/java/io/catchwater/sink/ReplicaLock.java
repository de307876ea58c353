package io.catchwater.sink;

import io.catchwater.files.Errno;
import io.catchwater.sink.replica.ReplicaPlace;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.StandardOpenOption;

/** Keeps a second sink away from a replica, for as long as this process lives. */
final class ReplicaLock implements AutoCloseable {

    private final FileChannel channel;

    private ReplicaLock(FileChannel channel) {
        this.channel = channel;
    }

    /** @throws SinkException BUSY when another has it */
    static ReplicaLock of(ReplicaPlace place) throws IOException {
        FileChannel channel =
                FileChannel.open(place.sidePath().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return new ReplicaLock(channel);
            }
        } catch (OverlappingFileLockException e) {
            // Another sink in this process: the same answer.
        }
        channel.close();
        throw new SinkException(
                SinkException.Reason.BUSY,
                Errno.EBUSY,
                "another sink works on the replica '" + place.directory() + "'");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
