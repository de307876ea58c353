package io.catchwater.sink.seal;

import java.nio.ByteBuffer;

/** A checksum over the bytes of a file, holes as zeros. For one thread. */
interface Checksum {

    /** Takes what remains in the buffer; its position stays. */
    void update(ByteBuffer bytes);

    /** Takes a hole. */
    void updateZeros(long count);

    /** As text; begins anew. */
    String finish();
}
