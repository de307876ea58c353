package io.catchwater.bridge.ring;

import static io.catchwater.schemas.ring.RingLayout.ENTRIES_OFFSET;
import static io.catchwater.schemas.ring.RingLayout.FIRST_POSITION;
import static io.catchwater.schemas.ring.RingLayout.HEADER_ACTIVE;
import static io.catchwater.schemas.ring.RingLayout.HEADER_CAPACITY;
import static io.catchwater.schemas.ring.RingLayout.HEADER_DISABLED_KINDS;
import static io.catchwater.schemas.ring.RingLayout.HEADER_FULL_WAIT_NS;
import static io.catchwater.schemas.ring.RingLayout.HEADER_HEAD;
import static io.catchwater.schemas.ring.RingLayout.HEADER_HEAD_CACHE;
import static io.catchwater.schemas.ring.RingLayout.HEADER_INCARNATION;
import static io.catchwater.schemas.ring.RingLayout.HEADER_MAGIC;
import static io.catchwater.schemas.ring.RingLayout.HEADER_NONCE;
import static io.catchwater.schemas.ring.RingLayout.HEADER_OPTIONS;
import static io.catchwater.schemas.ring.RingLayout.HEADER_OVERRUNS;
import static io.catchwater.schemas.ring.RingLayout.HEADER_OVERRUNS_SEEN;
import static io.catchwater.schemas.ring.RingLayout.HEADER_ROOT_COUNT;
import static io.catchwater.schemas.ring.RingLayout.HEADER_TAIL;
import static io.catchwater.schemas.ring.RingLayout.HEADER_VERSION;
import static io.catchwater.schemas.ring.RingLayout.MAGIC;
import static io.catchwater.schemas.ring.RingLayout.OPTION_DENY_IO_URING;
import static io.catchwater.schemas.ring.RingLayout.ROOTS_OFFSET;
import static io.catchwater.schemas.ring.RingLayout.ROOT_BYTES;
import static io.catchwater.schemas.ring.RingLayout.VERSION;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.catchwater.schemas.Lsn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The ring's file, as long as its bridge lives.
 *
 * <p>The bridge holds a lock on the file, by which another one knows whether a ring that it finds is in use.
 * {@link #close} turns capture off, unmaps and removes it; no thread may use it any more then.
 */
public final class RingFile implements AutoCloseable {

    private static final int ZEROS_BYTES = 1 << 20;

    private final Path path;
    private final FileChannel channel;
    private final FileLock lock;
    private final MappedByteBuffer mapping;
    private final RingMemory memory;

    private RingFile(Path path, FileChannel channel, FileLock lock, MappedByteBuffer mapping, RingMemory memory) {
        this.path = path;
        this.channel = channel;
        this.lock = lock;
        this.mapping = mapping;
        this.memory = memory;
    }

    /**
     * Makes a ring with all its blocks allocated, owned as a directory is.
     *
     * @param path of the file, which must not exist
     * @param ownerOf its owner and group become the ring's, so that programs of that user can write it
     * @throws IOException when there is no room, the path exists, or the owner can't be set
     */
    public static RingFile create(Path path, RingDefinition definition, Path ownerOf) throws IOException {
        FileChannel channel = FileChannel.open(
                path,
                Set.of(CREATE_NEW, READ, WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            return fill(path, channel, definition, ownerOf);
        } catch (IOException | RuntimeException e) {
            channel.close();
            Files.deleteIfExists(path);
            throw e;
        }
    }

    private static RingFile fill(Path path, FileChannel channel, RingDefinition definition, Path ownerOf)
            throws IOException {
        FileLock lock = channel.tryLock();
        if (lock == null) {
            throw new IOException(path + ": locked by another process");
        }
        long bytes = ENTRIES_OFFSET + definition.capacity();
        ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS_BYTES);
        for (long at = 0; at < bytes; at += zeros.limit()) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), bytes - at));
            for (long written = at; zeros.hasRemaining(); ) {
                written += channel.write(zeros, written);
            }
        }
        takeOwner(path, ownerOf);
        MappedByteBuffer mapping = channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes);
        RingMemory memory = new RingMemory(
                new UnsafeBuffer(mapping),
                definition.capacity(),
                new SecureRandom().nextLong(),
                definition.incarnation());
        writeHeader(memory, definition);
        return new RingFile(path, channel, lock, mapping, memory);
    }

    private static void takeOwner(Path path, Path ownerOf) throws IOException {
        for (String id : new String[] {"unix:gid", "unix:uid"}) {
            Object wanted = Files.getAttribute(ownerOf, id);
            if (!wanted.equals(Files.getAttribute(path, id))) {
                Files.setAttribute(path, id, wanted);
            }
        }
    }

    private static void writeHeader(RingMemory memory, RingDefinition definition) {
        var buffer = memory.buffer();
        buffer.putInt(HEADER_VERSION, (int) VERSION);
        buffer.putInt(HEADER_ROOT_COUNT, definition.roots().size());
        buffer.putLong(HEADER_INCARNATION, definition.incarnation());
        buffer.putLong(HEADER_CAPACITY, definition.capacity());
        buffer.putLong(HEADER_NONCE, memory.nonce());
        buffer.putLong(HEADER_FULL_WAIT_NS, definition.fullWait().toNanos());
        buffer.putLong(HEADER_OPTIONS, OPTION_DENY_IO_URING);
        buffer.putLong(HEADER_DISABLED_KINDS, definition.disabledKindBits());
        buffer.putLong(HEADER_TAIL, FIRST_POSITION);
        buffer.putLong(HEADER_HEAD, FIRST_POSITION);
        buffer.putLong(HEADER_HEAD_CACHE, FIRST_POSITION);
        for (int i = 0; i < definition.roots().size(); i++) {
            buffer.putBytes(
                    (int) (ROOTS_OFFSET + i * ROOT_BYTES), definition.roots().get(i));
        }
        buffer.putIntVolatile(HEADER_ACTIVE, 1);
        buffer.putLongOrdered(HEADER_MAGIC, MAGIC);
    }

    /**
     * Turns off and removes a ring that a killed bridge left behind, so that programs which still have it mapped
     * no longer wait for room in it.
     *
     * @return false when a living bridge holds it; it is left alone
     */
    public static boolean removeStale(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, READ, WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                return false;
            }
            if (channel.size() >= ENTRIES_OFFSET) {
                channel.write(ByteBuffer.allocate(Integer.BYTES), HEADER_ACTIVE);
            }
            Files.deleteIfExists(path);
            return true;
        } catch (java.nio.channels.OverlappingFileLockException e) {
            return false;
        }
    }

    /** Where it is: the value of CATCHWATER_RING. */
    public Path path() {
        return path;
    }

    /** Number of this ring in the life of its source. */
    public long incarnation() {
        return memory.incarnation();
    }

    RingMemory memory() {
        return memory;
    }

    /** Ring position after the last claimed entry. */
    public long tail() {
        return memory.tail();
    }

    /** The LSN below which every change lies that had returned to its program when this was called. */
    public long lsnBeforeTail() {
        return Lsn.before(memory.incarnation(), memory.tail());
    }

    /** Gives room back to the writers. Drain thread only. */
    public void setHead(long position) {
        memory.buffer().putLongOrdered(HEADER_HEAD, position);
    }

    /** Changes that could not be recorded so far. */
    public long overruns() {
        return memory.buffer().getLongVolatile(HEADER_OVERRUNS);
    }

    /** Says for how many overruns a copy has been ordered: writers wait for room again. */
    public void setOverrunsSeen(long overruns) {
        memory.buffer().putLongOrdered(HEADER_OVERRUNS_SEEN, overruns);
    }

    /** Capture is off: programs neither record nor wait. */
    public void deactivate() {
        memory.buffer().putIntVolatile(HEADER_ACTIVE, 0);
    }

    @Override
    public void close() throws IOException {
        deactivate();
        Files.deleteIfExists(path);
        lock.release();
        channel.close();
        IoUtil.unmap(mapping);
    }
}
