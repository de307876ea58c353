package io.catchwater.bridge.ring;

import static io.catchwater.schemas.ring.RingLayout.*;

import io.catchwater.bridge.publish.EventLog;
import io.catchwater.files.SharedMemory;
import io.catchwater.schemas.event.FileId;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;

/** A hook in Java, by docs/RING.md: what tests write rings with. */
public final class RingWriter implements AutoCloseable {

    final UnsafeBuffer buffer;
    private final SharedMemory segment;
    private final long capacity;
    private final long nonce;

    /** Attaches a ring. */
    public RingWriter(Path ring) throws IOException {
        ByteBuffer address = ByteBuffer.wrap(Files.readAllBytes(ring)).order(ByteOrder.nativeOrder());
        if (address.capacity() != ADDRESS_BYTES || address.getLong(ADDRESS_MAGIC) != MAGIC) {
            throw new IOException("names no ring: " + ring);
        }
        this.segment = SharedMemory.attach(address.getInt(ADDRESS_SEGMENT));
        this.buffer = new UnsafeBuffer(segment.address(), (int) segment.bytes());
        if (buffer.getLongVolatile(HEADER_MAGIC) != MAGIC) {
            throw new IOException("not a ring: " + ring);
        }
        this.capacity = buffer.getLong(HEADER_CAPACITY);
        this.nonce = buffer.getLong(HEADER_NONCE);
    }

    /** For rings of this process's user alone. */
    public static RingAccess ownAccess() throws IOException {
        Credentials own = Credentials.of(Path.of("/proc/self"));
        return new RingAccess(own.uid(), own.gid(), 0600);
    }

    @Override
    public void close() {
        segment.close();
    }

    /** What an entry says. */
    public record Entry(
            int kind, int flags, FileId file, long fileOffset, long size, long firstPosition, ByteBuffer payload) {

        /** Bytes written. */
        public static Entry write(FileId file, long fileOffset, byte[] bytes) {
            return new Entry(KIND_WRITE, 0, file, fileOffset, bytes.length, 0, ByteBuffer.wrap(bytes));
        }

        /** Something without a payload. */
        public static Entry plain(int kind, int flags, FileId file, long fileOffset, long size) {
            return new Entry(kind, flags, file, fileOffset, size, 0, ByteBuffer.allocate(0));
        }

        /** The same with other flags. */
        public Entry withFlags(int other, long first) {
            return new Entry(kind, other, file, fileOffset, size, first, payload);
        }
    }

    /** A change was made that could not be recorded. */
    public void countOverrun() {
        buffer.getAndAddLong(HEADER_OVERRUNS, 1);
    }

    /** The slot of one thread. */
    public final class Slot {
        final int index;
        final int at;

        private Slot(int index) {
            this.index = index;
            this.at = RingMemory.slotIndex(index);
        }

        /** Announces a change. */
        public void announce(int kind, FileId file, long start, long end) {
            buffer.putLong(at + SLOT_TICKET, 0);
            buffer.putLong(at + SLOT_CLAIM_POSITION, 0);
            buffer.putLong(at + SLOT_FIRST_POSITION, 0);
            buffer.putInt(at + SLOT_KIND, kind);
            buffer.putInt(at + SLOT_FLAGS, 0);
            buffer.putLong(at + SLOT_DEVICE, file.getDevice());
            buffer.putLong(at + SLOT_INODE, file.getInode());
            buffer.putLong(at + SLOT_BIRTH_NS, file.getBirthNs());
            buffer.putLong(at + SLOT_RANGE_START, start);
            buffer.putLong(at + SLOT_RANGE_END, end);
            buffer.putLongOrdered(at + SLOT_SEQUENCE, buffer.getLong(at + SLOT_SEQUENCE) | 1);
            VarHandle.fullFence();
        }

        /** Says that more entries follow one that began at a position. */
        public void firstPosition(long position) {
            buffer.putLongOrdered(at + SLOT_FIRST_POSITION, position);
        }

        /** Announces a claim that is not made. */
        void announceClaim(long position, long length) {
            buffer.putLongOrdered(at + SLOT_CLAIM_LENGTH, length);
            buffer.putLongOrdered(at + SLOT_CLAIM_POSITION, position);
        }

        /** Claims without committing. Returns the position of the entry, 0 when the ring stays full. */
        public long claim(long entryBytes, long waitNs) {
            long bytes = RingMemory.aligned(entryBytes);
            long deadline = System.nanoTime() + waitNs;
            while (true) {
                long tail = buffer.getLongVolatile(HEADER_TAIL);
                long toEnd = capacity - (tail & (capacity - 1));
                long padding = bytes > toEnd ? toEnd : 0;
                if (tail + padding + bytes > buffer.getLongVolatile(HEADER_HEAD) + capacity) {
                    if (System.nanoTime() > deadline
                            || buffer.getLongVolatile(HEADER_OVERRUNS)
                                    != buffer.getLongVolatile(HEADER_OVERRUNS_SEEN)) {
                        buffer.putLongOrdered(at + SLOT_CLAIM_POSITION, 0);
                        buffer.getAndAddLong(HEADER_OVERRUNS, 1);
                        return 0;
                    }
                    LockSupport.parkNanos(20_000);
                    continue;
                }
                announceClaim(tail, padding + bytes);
                if (buffer.compareAndSetLong(HEADER_TAIL, tail, tail + padding + bytes)) {
                    if (padding > 0) {
                        pad(tail, padding);
                    }
                    return tail + padding;
                }
            }
        }

        /** Claims, fills and commits. Returns the entry's position, 0 for an overrun. */
        public long append(Entry entry) {
            long length = ENTRY_HEADER_BYTES + entry.payload().remaining();
            long position = claim(length, buffer.getLong(HEADER_FULL_WAIT_NS));
            if (position != 0) {
                fill(position, length, entry);
                buffer.putLongOrdered(index(position) + ENTRY_COMMIT, position ^ nonce);
            }
            return position;
        }

        /** Everything of an entry but its commit word. */
        public void fill(long position, long length, Entry entry) {
            int to = index(position);
            buffer.putInt(to + ENTRY_LENGTH, (int) length);
            buffer.putShort(to + ENTRY_KIND, (short) entry.kind());
            buffer.putShort(to + ENTRY_FLAGS, (short) entry.flags());
            buffer.putLong(to + ENTRY_TIME_NS, EventLog.nowNs());
            buffer.putLong(to + ENTRY_PID, buffer.getLong(at + SLOT_OWNER) >>> 32);
            buffer.putLong(to + ENTRY_DEVICE, entry.file().getDevice());
            buffer.putLong(to + ENTRY_INODE, entry.file().getInode());
            buffer.putLong(to + ENTRY_BIRTH_NS, entry.file().getBirthNs());
            buffer.putLong(to + ENTRY_FILE_OFFSET, entry.fileOffset());
            buffer.putLong(to + ENTRY_SIZE, entry.size());
            buffer.putLong(to + ENTRY_FIRST_POSITION, entry.firstPosition());
            ByteBuffer payload = entry.payload().duplicate();
            buffer.putBytes(to + (int) ENTRY_HEADER_BYTES, payload, payload.remaining());
        }

        /** Ends the change. */
        public void end() {
            buffer.putLongOrdered(at + SLOT_SEQUENCE, buffer.getLong(at + SLOT_SEQUENCE) + 1);
        }
    }

    /** Takes a free slot. */
    public Slot acquire(int pid, int tid, long startTime) {
        long owner = (long) pid << 32 | tid;
        for (int index = 0; index < SLOT_LIMIT; index++) {
            int at = RingMemory.slotIndex(index);
            if (buffer.compareAndSetLong(at + SLOT_OWNER, 0, owner)) {
                buffer.putLongOrdered(at + SLOT_START_TIME, startTime);
                int used = buffer.getIntVolatile(HEADER_SLOT_HIGH_WATER);
                while (used <= index && !buffer.compareAndSetInt(HEADER_SLOT_HIGH_WATER, used, index + 1)) {
                    used = buffer.getIntVolatile(HEADER_SLOT_HIGH_WATER);
                }
                return new Slot(index);
            }
        }
        throw new IllegalStateException("no slot");
    }

    /** Payload of a change of names. */
    public static ByteBuffer names(
            FileId parent,
            FileId newParent,
            int mode,
            int links,
            long size,
            byte[] path,
            byte[] newPath,
            byte[] target) {
        ByteBuffer payload = ByteBuffer.allocate((int) NAMES_BYTES + path.length + newPath.length + target.length)
                .order(ByteOrder.LITTLE_ENDIAN);
        payload.putLong(NAMES_PARENT_DEVICE, parent.getDevice());
        payload.putLong(NAMES_PARENT_INODE, parent.getInode());
        payload.putLong(NAMES_PARENT_BIRTH_NS, parent.getBirthNs());
        payload.putLong(NAMES_NEW_PARENT_DEVICE, newParent.getDevice());
        payload.putLong(NAMES_NEW_PARENT_INODE, newParent.getInode());
        payload.putLong(NAMES_NEW_PARENT_BIRTH_NS, newParent.getBirthNs());
        payload.putInt(NAMES_MODE, mode);
        payload.putInt(NAMES_UID, 1000);
        payload.putInt(NAMES_GID, 100);
        payload.putInt(NAMES_LINKS, links);
        payload.putLong(NAMES_MODIFIED_NS, 123);
        payload.putLong(NAMES_CONTENT_SIZE, size);
        payload.putShort(NAMES_PATH_LENGTH, (short) path.length);
        payload.putShort(NAMES_NEW_PATH_LENGTH, (short) newPath.length);
        payload.putShort(NAMES_TARGET_LENGTH, (short) target.length);
        payload.position((int) NAMES_BYTES);
        payload.put(path).put(newPath).put(target);
        return payload.flip();
    }

    int index(long position) {
        return (int) (ENTRIES_OFFSET + (position & (capacity - 1)));
    }

    private void pad(long position, long length) {
        buffer.putInt(index(position) + ENTRY_LENGTH, (int) length);
        buffer.putShort(index(position) + ENTRY_KIND, (short) KIND_PAD);
        buffer.putLongOrdered(index(position) + ENTRY_COMMIT, position ^ nonce);
    }
}
