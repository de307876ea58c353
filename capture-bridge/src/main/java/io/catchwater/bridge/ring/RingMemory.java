package io.catchwater.bridge.ring;

import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.ring.RingLayout;
import org.agrona.concurrent.AtomicBuffer;

/**
 * The mapped file with what was fixed when it was made: capacity, nonce and incarnation are never read back from
 * memory that programs can write.
 *
 * <p>Any thread.
 *
 * @param buffer the whole file
 * @param capacity bytes for entries, a power of two
 * @param nonce of the commit words
 * @param incarnation of the ring
 */
record RingMemory(AtomicBuffer buffer, long capacity, long nonce, long incarnation) {

    int entryIndex(long position) {
        return (int) (RingLayout.ENTRIES_OFFSET + (position & (capacity - 1)));
    }

    static int slotIndex(int slot) {
        return (int) (RingLayout.SLOTS_OFFSET + slot * RingLayout.SLOT_BYTES);
    }

    boolean isCommitted(long position) {
        return buffer.getLongVolatile(entryIndex(position) + RingLayout.ENTRY_COMMIT) == (position ^ nonce);
    }

    /** Bytes from a position to the end of the buffer. */
    long untilEnd(long position) {
        return capacity - (position & (capacity - 1));
    }

    /** A PAD may be shorter than an entry's header: only its first 16 bytes are there for sure. */
    void writePad(long position, long length) {
        int at = entryIndex(position);
        buffer.putInt(at + RingLayout.ENTRY_LENGTH, (int) length);
        buffer.putShort(at + RingLayout.ENTRY_KIND, (short) RingLayout.KIND_PAD);
        buffer.putShort(at + RingLayout.ENTRY_FLAGS, (short) 0);
        buffer.putLongOrdered(at + RingLayout.ENTRY_COMMIT, position ^ nonce);
    }

    long tail() {
        return buffer.getLongVolatile(RingLayout.HEADER_TAIL);
    }

    long head() {
        return buffer.getLongVolatile(RingLayout.HEADER_HEAD);
    }

    FileId fileId(int at) {
        return new FileId(buffer.getLong(at), buffer.getLong(at + Long.BYTES), buffer.getLong(at + 2 * Long.BYTES));
    }

    static long aligned(long bytes) {
        return (bytes + RingLayout.ENTRY_ALIGNMENT - 1) & -RingLayout.ENTRY_ALIGNMENT;
    }
}
