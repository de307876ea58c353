package io.catchwater.files;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An attached System V shared memory segment, as shmat(2) gives it. Unlike a mapped file nobody can cut it short: who
 * stores into it never gets a SIGBUS.
 *
 * <p>Its memory is what {@link #address} says, and may be used by any thread until {@link #close}; whoever uses it
 * afterwards ends the process.
 */
public final class SharedMemory implements AutoCloseable {

    private static final int IPC_PRIVATE = 0;
    private static final int IPC_CREAT = 01000;
    private static final int IPC_RMID = 0;
    private static final int IPC_SET = 1;
    private static final int IPC_STAT = 2;
    private static final int OWNER_READS_AND_WRITES = 0600;
    private static final int FAILED = -1;
    private static final byte[] NO_NAME = {};

    /** Offsets in struct shmid_ds of 64-bit Linux, and its size. */
    private static final int STRUCT_UID = 4;

    private static final int STRUCT_GID = 8;
    private static final int STRUCT_MODE = 20;
    private static final int STRUCT_SIZE = 48;
    private static final int STRUCT_BYTES = 112;

    private final int id;
    private final long address;
    private final long bytes;

    private SharedMemory(int id, long address, long bytes) {
        this.id = id;
        this.address = address;
        this.bytes = bytes;
    }

    /**
     * Makes a segment of zeros that is gone when the last process has let go of it, however that ends.
     *
     * @param bytes size
     * @param uid its owner; this process's user may use it as he may
     * @param gid its group
     * @param mode permission bits, 0600 to 0666
     * @throws LinuxException when there is no room, the system's limits forbid it, or the owner can't be set
     */
    public static SharedMemory create(long bytes, int uid, int gid, int mode) throws LinuxException {
        int id = Libc.shmget(IPC_PRIVATE, bytes, IPC_CREAT | OWNER_READS_AND_WRITES);
        LinuxException.check(id, "shmget", NO_NAME);
        try {
            byte[] struct = status(id);
            ByteBuffer.wrap(struct)
                    .order(ByteOrder.nativeOrder())
                    .putInt(STRUCT_UID, uid)
                    .putInt(STRUCT_GID, gid)
                    .putInt(STRUCT_MODE, mode);
            SharedMemory memory = attachTo(id, bytes);
            int set = Libc.shmctl(id, IPC_SET, struct);
            if (set < 0) {
                LinuxException failure = LinuxException.last("shmctl", NO_NAME);
                memory.close();
                throw failure;
            }
            return memory;
        } finally {
            // On Linux others can attach it by its id all the same, as long as somebody has it.
            Libc.shmctl(id, IPC_RMID, new byte[STRUCT_BYTES]);
        }
    }

    /**
     * Attaches the segment with an id.
     *
     * @throws LinuxException when it is gone, or not ours to write
     */
    public static SharedMemory attach(int id) throws LinuxException {
        return attachTo(
                id, ByteBuffer.wrap(status(id)).order(ByteOrder.nativeOrder()).getLong(STRUCT_SIZE));
    }

    private static SharedMemory attachTo(int id, long bytes) throws LinuxException {
        long address = Libc.shmat(id, 0, 0);
        if (address == FAILED) {
            throw LinuxException.last("shmat", NO_NAME);
        }
        return new SharedMemory(id, address, bytes);
    }

    private static byte[] status(int id) throws LinuxException {
        byte[] struct = new byte[STRUCT_BYTES];
        LinuxException.check(Libc.shmctl(id, IPC_STAT, struct), "shmctl", NO_NAME);
        return struct;
    }

    /** By which others attach it, in the same IPC namespace. */
    public int id() {
        return id;
    }

    /** Where it begins in this process. */
    public long address() {
        return address;
    }

    /** Its size. */
    public long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        Libc.shmdt(address);
    }
}
