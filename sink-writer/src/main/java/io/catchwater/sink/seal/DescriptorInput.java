package io.catchwater.sink.seal;

import io.catchwater.files.Content;
import io.catchwater.files.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** Reads a file from its beginning up to a limit, through a buffer. The descriptor stays open. */
final class DescriptorInput extends InputStream {

    private static final int BUFFER_BYTES = 1 << 16;

    private final Descriptor file;
    private final long limit;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).limit(0);
    private long fetched;

    DescriptorInput(Descriptor file, long limit) {
        this.file = file;
        this.limit = limit;
    }

    @Override
    public int read() throws IOException {
        return fill() ? buffer.get() & 0xFF : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, buffer.remaining());
        buffer.get(bytes, offset, count);
        return count;
    }

    private boolean fill() throws IOException {
        if (buffer.hasRemaining()) {
            return true;
        }
        buffer.clear().limit((int) Math.min(BUFFER_BYTES, limit - fetched));
        fetched += Content.readFully(file, buffer, fetched);
        buffer.flip();
        return buffer.hasRemaining();
    }
}
