package io.catchwater.sink.replica;

import io.catchwater.files.Attributes;
import io.catchwater.files.Content;
import io.catchwater.files.Descriptor;
import io.catchwater.files.Names;
import io.catchwater.files.OpenFlags;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Remembers which modification time a file had when it was first written to after a checkpoint. Writing changes that time,
 * and it is put right only later: after a kill in between, this is where the right one is found.
 *
 * <p>Not synced: it outlives the process, not necessarily the host. One record of four words a file, after one word that
 * says which checkpoint it follows. For one thread.
 */
final class TouchJournal implements AutoCloseable {

    private static final byte[] NAME = "touched".getBytes(StandardCharsets.US_ASCII);
    private static final int MODE = 0600;
    private static final int RECORD_BYTES = 4 * Long.BYTES;
    private static final int HEADER_BYTES = Long.BYTES;
    private static final int BUFFER_BYTES = RECORD_BYTES * 1024;

    private final Descriptor file;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final Map<FileKey, Long> left = new HashMap<>();
    private long end = HEADER_BYTES;

    /** @param checkpoint number of the one that the replica goes on from */
    TouchJournal(Descriptor side, long checkpoint) throws IOException {
        file = Names.open(side, NAME, OpenFlags.CREATE | OpenFlags.READ_WRITE | OpenFlags.NO_FOLLOW, MODE);
        if (header() == checkpoint) {
            load();
        } else {
            checkpointed(checkpoint);
        }
    }

    private long header() throws IOException {
        buffer.clear().limit(HEADER_BYTES);
        return Content.readFully(file, buffer, 0) == HEADER_BYTES ? buffer.getLong(0) : -1;
    }

    private void load() throws IOException {
        long size = Attributes.status(file).size();
        while (end + RECORD_BYTES <= size) {
            buffer.clear().limit((int) Math.min(BUFFER_BYTES, (size - end) / RECORD_BYTES * RECORD_BYTES));
            end += Content.readFully(file, buffer, end);
            buffer.flip();
            while (buffer.remaining() >= RECORD_BYTES) {
                FileKey key = new FileKey(buffer.getLong(), buffer.getLong(), buffer.getLong());
                left.putIfAbsent(key, buffer.getLong());
            }
        }
    }

    /** A file is about to be written to. */
    void touch(FileKey key, long modifiedNs) throws IOException {
        buffer.clear()
                .putLong(key.device())
                .putLong(key.inode())
                .putLong(key.birthNs())
                .putLong(modifiedNs)
                .flip();
        Content.writeFully(file, buffer, end);
        end += RECORD_BYTES;
    }

    /**
     * The time that a file has to have as far as operations have been applied: not what is found when a process was killed
     * that had written to it.
     */
    long modifiedNs(FileKey key, long found) {
        return left.getOrDefault(key, found);
    }

    /** The file has, or will be given, the time that it has to have. */
    void forget(FileKey key) {
        left.remove(key);
    }

    /** All files have the times they have to have, but for those that a killed process left; a checkpoint says so. */
    void checkpointed(long checkpoint) throws IOException {
        Content.resize(file, 0);
        buffer.clear().putLong(checkpoint).flip();
        Content.writeFully(file, buffer, 0);
        end = HEADER_BYTES;
        for (Map.Entry<FileKey, Long> entry : left.entrySet()) {
            touch(entry.getKey(), entry.getValue());
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
