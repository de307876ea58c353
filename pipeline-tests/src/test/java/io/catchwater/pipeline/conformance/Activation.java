package io.catchwater.pipeline.conformance;

import io.catchwater.files.SharedMemory;
import io.catchwater.schemas.ring.RingLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;

/** Turns capture off for a while, and what the hooks do not record, in the header of a ring. */
final class Activation implements AutoCloseable {

    private final SharedMemory segment;
    private final UnsafeBuffer header;
    private int last;

    Activation(Path ring) throws IOException {
        ByteBuffer address = ByteBuffer.wrap(Files.readAllBytes(ring)).order(ByteOrder.nativeOrder());
        this.segment = SharedMemory.attach(address.getInt(RingLayout.ADDRESS_SEGMENT));
        this.header = new UnsafeBuffer(segment.address(), (int) RingLayout.ROOTS_OFFSET);
        this.last = header.getIntVolatile(RingLayout.HEADER_ACTIVE);
    }

    /** Programs see that capture is off. */
    void pause() {
        header.putIntVolatile(RingLayout.HEADER_ACTIVE, 0);
    }

    /** Begins the next activation. */
    void goOn() {
        header.putIntVolatile(RingLayout.HEADER_ACTIVE, ++last);
    }

    /** Changes of one kind are not recorded any more, those of all others are. */
    void disableOnly(int kind) {
        header.putLongVolatile(RingLayout.HEADER_DISABLED_KINDS, 1L << kind);
    }

    @Override
    public void close() {
        segment.close();
    }
}
