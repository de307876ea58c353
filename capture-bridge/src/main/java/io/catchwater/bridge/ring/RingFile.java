package io.catchwater.bridge.ring;

import static io.catchwater.schemas.ring.RingLayout.ADDRESS_BYTES;
import static io.catchwater.schemas.ring.RingLayout.ADDRESS_MAGIC;
import static io.catchwater.schemas.ring.RingLayout.ADDRESS_NONCE;
import static io.catchwater.schemas.ring.RingLayout.ADDRESS_SEGMENT;
import static io.catchwater.schemas.ring.RingLayout.ADDRESS_VERSION;
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

import io.catchwater.files.LinuxException;
import io.catchwater.files.SharedMemory;
import io.catchwater.schemas.Lsn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The ring and the file that names it, as long as the ring's bridge lives.
 *
 * <p>The bridge holds a lock on the file, by which another one knows whether a ring that it finds is in use. The ring
 * itself is a shared memory segment: what becomes of the file does no harm to programs that have the ring.
 * {@link #close} turns capture off, lets go of the ring and removes the file; no thread may use it any more then.
 */
public final class RingFile implements AutoCloseable {

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Path path;
    private final FileChannel channel;
    private final FileLock lock;
    private final SharedMemory segment;
    private final RingMemory memory;
    private final RingAccess access;

    private RingFile(
            Path path, FileChannel channel, FileLock lock, SharedMemory segment, RingMemory memory, RingAccess access) {
        this.path = path;
        this.channel = channel;
        this.lock = lock;
        this.segment = segment;
        this.memory = memory;
        this.access = access;
    }

    /**
     * Makes a ring with all its memory allocated.
     *
     * @param path of the file, which must not exist
     * @param access who may write to the ring, and so may read the file
     * @throws IOException when there is no room, the path exists, or the owner can't be set
     */
    public static RingFile create(Path path, RingDefinition definition, RingAccess access) throws IOException {
        FileChannel channel = FileChannel.open(
                path, Set.of(CREATE_NEW, READ, WRITE), PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        SharedMemory segment = null;
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new IOException(path + ": locked by another process");
            }
            admit(path, access);
            segment = SharedMemory.create(
                    ENTRIES_OFFSET + definition.capacity(), access.uid(), access.gid(), access.mode());
            RingMemory memory = fill(segment, definition);
            writeAddress(channel, segment.id(), memory.nonce());
            return new RingFile(path, channel, lock, segment, memory, access);
        } catch (IOException | RuntimeException e) {
            if (segment != null) {
                segment.close();
            }
            channel.close();
            Files.deleteIfExists(path);
            throw e;
        }
    }

    /** Whoever may write to the ring may read where it is. */
    private static void admit(Path path, RingAccess access) throws IOException {
        Set<PosixFilePermission> permissions = EnumSet.copyOf(OWNER_ONLY);
        if (access.admitsGroup()) {
            Files.setAttribute(path, "unix:gid", access.gid());
            permissions.add(PosixFilePermission.GROUP_READ);
        }
        if (access.admitsAll()) {
            permissions.add(PosixFilePermission.OTHERS_READ);
        }
        Files.setPosixFilePermissions(path, permissions);
        if ((Integer) Files.getAttribute(path, "unix:uid") != access.uid()) {
            Files.setAttribute(path, "unix:uid", access.uid());
        }
    }

    private static RingMemory fill(SharedMemory segment, RingDefinition definition) {
        UnsafeBuffer buffer = new UnsafeBuffer(segment.address(), (int) segment.bytes());
        // Each page is touched: what is missing is missed now, and not by a program.
        buffer.setMemory(0, buffer.capacity(), (byte) 0);
        RingMemory memory =
                new RingMemory(buffer, definition.capacity(), new SecureRandom().nextLong(), definition.incarnation());
        writeHeader(memory, definition);
        return memory;
    }

    private static void writeAddress(FileChannel channel, int segment, long nonce) throws IOException {
        ByteBuffer address = ByteBuffer.allocate((int) ADDRESS_BYTES).order(ByteOrder.nativeOrder());
        address.putLong(ADDRESS_MAGIC, MAGIC)
                .putInt(ADDRESS_VERSION, (int) VERSION)
                .putInt(ADDRESS_SEGMENT, segment)
                .putLong(ADDRESS_NONCE, nonce);
        while (address.hasRemaining()) {
            channel.write(address);
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
        buffer.putLong(HEADER_OPTIONS, definition.ioUringAllowed() ? 0 : OPTION_DENY_IO_URING);
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
     * Turns off and removes a ring that a killed bridge left behind, so that programs which still have it
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
            deactivateStale(channel);
            Files.deleteIfExists(path);
            return true;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private static void deactivateStale(FileChannel channel) throws IOException {
        ByteBuffer address = ByteBuffer.allocate((int) ADDRESS_BYTES).order(ByteOrder.nativeOrder());
        if (channel.read(address, 0) != address.capacity()
                || address.getLong(ADDRESS_MAGIC) != MAGIC
                || address.getInt(ADDRESS_VERSION) != (int) VERSION) {
            return;
        }
        try (SharedMemory segment = SharedMemory.attach(address.getInt(ADDRESS_SEGMENT))) {
            UnsafeBuffer buffer = new UnsafeBuffer(segment.address(), (int) segment.bytes());
            if (segment.bytes() > ENTRIES_OFFSET && buffer.getLong(HEADER_NONCE) == address.getLong(ADDRESS_NONCE)) {
                buffer.putIntVolatile(HEADER_ACTIVE, 0);
            }
        } catch (LinuxException e) {
            // No program has it any more.
            return;
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

    /** The shared memory segment that captured programs have attached. */
    public int segment() {
        return segment.id();
    }

    /** Who may write to it. */
    public RingAccess access() {
        return access;
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

    /** No further program finds it; those that have it are not concerned. */
    public void removeName() throws IOException {
        Files.deleteIfExists(path);
    }

    @Override
    public void close() throws IOException {
        deactivate();
        removeName();
        lock.release();
        channel.close();
        segment.close();
    }
}
