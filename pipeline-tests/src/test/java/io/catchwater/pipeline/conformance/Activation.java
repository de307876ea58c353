package io.catchwater.pipeline.conformance;

import io.catchwater.schemas.ring.RingLayout;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Turns capture off for a while, and what the hooks do not record, in the header of a ring. */
final class Activation implements AutoCloseable {

    private static final VarHandle INTS = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final FileChannel channel;
    private final MappedByteBuffer header;
    private int last;

    Activation(Path ring) throws IOException {
        this.channel = FileChannel.open(ring, StandardOpenOption.READ, StandardOpenOption.WRITE);
        this.header = channel.map(FileChannel.MapMode.READ_WRITE, 0, RingLayout.ROOTS_OFFSET);
        this.last = (int) INTS.getVolatile(header, RingLayout.HEADER_ACTIVE);
    }

    /** Programs see that capture is off. */
    void pause() {
        INTS.setVolatile(header, RingLayout.HEADER_ACTIVE, 0);
    }

    /** Begins the next activation. */
    void goOn() {
        INTS.setVolatile(header, RingLayout.HEADER_ACTIVE, ++last);
    }

    /** Changes of one kind are not recorded any more, those of all others are. */
    void disableOnly(int kind) {
        LONGS.setVolatile(header, RingLayout.HEADER_DISABLED_KINDS, 1L << kind);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
