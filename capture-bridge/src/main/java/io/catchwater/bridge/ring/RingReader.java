package io.catchwater.bridge.ring;

import static io.catchwater.schemas.ring.RingLayout.ENTRY_ALIGNMENT;
import static io.catchwater.schemas.ring.RingLayout.ENTRY_HEADER_BYTES;
import static io.catchwater.schemas.ring.RingLayout.ENTRY_KIND;
import static io.catchwater.schemas.ring.RingLayout.ENTRY_LENGTH;
import static io.catchwater.schemas.ring.RingLayout.FIRST_POSITION;
import static io.catchwater.schemas.ring.RingLayout.KIND_PAD;

/**
 * Reads entries in order. Drain thread only; {@link #position} any thread.
 *
 * <p>Reading frees nothing: {@link RingFile#setHead} does, when what was read is safe elsewhere.
 */
public final class RingReader {

    private final RingMemory memory;
    private final EntryDecoder decoder;
    private volatile long position = FIRST_POSITION;
    private long tailSeen = FIRST_POSITION;

    /** Begins at the first entry. */
    public RingReader(RingFile ring) {
        this(ring.memory());
    }

    RingReader(RingMemory memory) {
        this.memory = memory;
        this.decoder = new EntryDecoder(memory);
    }

    /** Ring position of the next entry: all before it have been read. */
    public long position() {
        return position;
    }

    /** Bytes claimed and not read. */
    public long lag() {
        return memory.tail() - position;
    }

    /**
     * The next entry.
     *
     * @return null when it is not there, or not yet complete
     * @throws RingDamage when what is there can't be an entry; the position stays
     */
    public RingEntry poll() {
        long at = position;
        if (at >= tailSeen) {
            tailSeen = memory.tail();
            if (at >= tailSeen) {
                return null;
            }
        }
        if (!memory.isCommitted(at)) {
            return null;
        }
        int index = memory.entryIndex(at);
        int kind = memory.buffer().getShort(index + ENTRY_KIND) & 0xFFFF;
        long length = memory.buffer().getInt(index + ENTRY_LENGTH) & 0xFFFFFFFFL;
        RingEntry entry = kind == KIND_PAD ? pad(at, length) : whole(at, kind, length);
        position = at + RingMemory.aligned(length);
        return entry;
    }

    private RingEntry pad(long at, long length) {
        // A repaired claim may reach over the end of the buffer: only its position counts.
        if (length < ENTRY_ALIGNMENT || length % ENTRY_ALIGNMENT != 0 || length > memory.tail() - at) {
            throw damage(at, KIND_PAD, length, "a length that no padding has");
        }
        return new RingEntry.Pad(new RingEntry.Origin(at, 0, 0, 0, EntryDecoder.NO_FILE));
    }

    private RingEntry whole(long at, int kind, long length) {
        if (length < ENTRY_HEADER_BYTES
                || RingMemory.aligned(length) > memory.untilEnd(at)
                || RingMemory.aligned(length) > memory.tail() - at) {
            throw damage(at, kind, length, "a length that reaches beyond what was claimed");
        }
        return decoder.decode(at, kind, (int) length);
    }

    static RingDamage damage(long at, int kind, long length, String what) {
        return new RingDamage(
                "entry at ring position " + at + ", kind " + kind + ", length " + length + " has " + what);
    }
}
