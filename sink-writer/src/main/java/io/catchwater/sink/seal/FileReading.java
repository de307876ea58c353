package io.catchwater.sink.seal;

import io.catchwater.files.Content;
import io.catchwater.files.Descriptor;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads a whole file once, holes as what they are, and gives its SHA-256. For one thread. */
public final class FileReading {

    private static final int BUFFER_BYTES = 1 << 20;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final Sha256 sha256 = new Sha256();

    /** Takes the bytes that are read, in order; holes are left out. */
    public interface Receiver {
        void take(long fileOffset, ByteBuffer bytes) throws IOException;
    }

    /**
     * @param size of the file; what lies beyond is not read
     * @return SHA-256 of its bytes, hexadecimal
     */
    public String read(Descriptor file, long size, Receiver receiver) throws IOException {
        long at = 0;
        while (at < size) {
            long data = Content.nextData(file, at);
            if (data < 0 || data >= size) {
                sha256.updateZeros(size - at);
                break;
            }
            sha256.updateZeros(data - at);
            long end = Math.min(size, Content.nextHole(file, data));
            at = data;
            while (at < end) {
                buffer.clear().limit((int) Math.min(BUFFER_BYTES, end - at));
                int count = Content.readFully(file, buffer, at);
                if (count == 0) {
                    sha256.finish();
                    throw new IOException("'" + file + "' became shorter while it was read");
                }
                sha256.update(buffer.flip());
                receiver.take(at, buffer);
                at += count;
            }
        }
        return sha256.finish();
    }
}
