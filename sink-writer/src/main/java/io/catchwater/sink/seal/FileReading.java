package io.catchwater.sink.seal;

import io.catchwater.files.Content;
import io.catchwater.files.Descriptor;
import io.catchwater.files.FileStatus;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads a whole file once, holes as what they are, and gives its checksum: SHA-256, but {@link TreeSha256} where the holes
 * are so large that feeding them to it takes long. For one thread.
 */
public final class FileReading {

    private static final int BUFFER_BYTES = 1 << 20;

    /** Holes of so many bytes in one file make the checksum one of a tree. */
    private static final long LARGE_HOLES_BYTES = 1L << 30;

    private static final int BLOCK_BYTES = 512;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final Checksum plain = new Sha256();
    private final Checksum tree = new TreeSha256();

    /** Takes the bytes that are read, in order; holes are left out. */
    public interface Receiver {
        void take(long fileOffset, ByteBuffer bytes) throws IOException;
    }

    /**
     * For the first time.
     *
     * @param status of the file; what lies beyond its size is not read
     * @return the checksum
     */
    public String read(Descriptor file, FileStatus status, Receiver receiver) throws IOException {
        boolean sparse = status.size() - status.blocks() * BLOCK_BYTES >= LARGE_HOLES_BYTES;
        return read(file, status.size(), sparse ? tree : plain, receiver);
    }

    /**
     * To compare.
     *
     * @param size of the file; what lies beyond is not read
     * @param like another checksum
     * @return the checksum, made as the other one was
     */
    public String readLike(Descriptor file, long size, String like, Receiver receiver) throws IOException {
        return read(file, size, like.startsWith(TreeSha256.PREFIX) ? tree : plain, receiver);
    }

    private String read(Descriptor file, long size, Checksum sum, Receiver receiver) throws IOException {
        long at = 0;
        while (at < size) {
            long data = Content.nextData(file, at);
            if (data < 0 || data >= size) {
                sum.updateZeros(size - at);
                break;
            }
            sum.updateZeros(data - at);
            long end = Math.min(size, Content.nextHole(file, data));
            at = data;
            while (at < end) {
                buffer.clear().limit((int) Math.min(BUFFER_BYTES, end - at));
                int count = Content.readFully(file, buffer, at);
                if (count == 0) {
                    sum.finish();
                    throw new IOException("'" + file + "' became shorter while it was read");
                }
                sum.update(buffer.flip());
                receiver.take(at, buffer);
                at += count;
            }
        }
        return sum.finish();
    }
}
