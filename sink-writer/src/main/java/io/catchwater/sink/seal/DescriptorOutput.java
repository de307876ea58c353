package io.catchwater.sink.seal;

import io.catchwater.files.Content;
import io.catchwater.files.Descriptor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Writes a file from its beginning, through a buffer. Closing flushes; the descriptor stays open. */
final class DescriptorOutput extends OutputStream {

    private static final int BUFFER_BYTES = 1 << 16;

    private final Descriptor file;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private long written;

    DescriptorOutput(Descriptor file) {
        this.file = file;
    }

    @Override
    public void write(int b) throws IOException {
        if (!buffer.hasRemaining()) {
            flush();
        }
        buffer.put((byte) b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            int count = Math.min(length - done, buffer.remaining());
            buffer.put(bytes, offset + done, count);
            done += count;
        }
    }

    @Override
    public void flush() throws IOException {
        buffer.flip();
        int count = buffer.remaining();
        Content.writeFully(file, buffer, written);
        written += count;
        buffer.clear();
    }

    @Override
    public void close() throws IOException {
        flush();
    }
}
