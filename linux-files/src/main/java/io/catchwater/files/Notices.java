package io.catchwater.files;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/**
 * A group of fanotify(7): what the kernel says about changes of files on whole file systems, as they are made. Needs
 * CAP_SYS_ADMIN. One thread; {@link #close} only when it has ended.
 *
 * <p>The kernel keeps at most 16,384 notices (/proc/sys/fs/fanotify/max_queued_events) and loses what comes then, which
 * {@link #OVERFLOW} says. Notices of one process about one file that have not been read yet are one.
 */
public final class Notices implements AutoCloseable {

    /** Bytes or size were changed. */
    public static final long MODIFIED = 0x2;
    /** Mode, owner, times, extended attributes or the number of names was changed. */
    public static final long ATTRIBUTES = 0x4;
    /** Closed by the last who had it open for writing; it need not have been written. */
    public static final long CLOSED = 0x8;
    /** A name in the directory came, went or moved. */
    public static final long NAMES = 0x40 | 0x80 | 0x100 | 0x200;
    /** Opened to be executed: a program, and what interprets or loads it. */
    public static final long EXECUTED = 0x1000;
    /** Notices were lost; there is no file. */
    public static final long OVERFLOW = 0x4000;

    private static final long ON_DIRECTORY = 0x40000000L;
    private static final int CLOSE_ON_EXEC = 0x1;
    private static final int NON_BLOCKING = 0x2;
    private static final int REPORT_FILE_HANDLE = 0x200;
    private static final int ADD = 0x1;
    private static final int FILE_SYSTEM = 0x100;
    private static final int BUFFER_BYTES = 1 << 16;

    private static final int MASK_AT = 8;
    private static final int PID_AT = 20;
    private static final int METADATA_LENGTH_AT = 6;
    private static final int FILE_SYSTEM_AT = 4;
    private static final int HANDLE_AT = 12;
    private static final int HANDLE_RECORD = 1;
    private static final short POLL_IN = 1;

    private static final byte[] LABEL = "fanotify".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private final Descriptor group;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.nativeOrder());
    private final long address = Pointer.nativeValue(Native.getDirectBufferPointer(buffer));

    /**
     * What was done to a file.
     *
     * @param what bits
     * @param pid process that did it, as this process sees it; 0 when it cannot
     * @param file of names the directory; null with {@link #OVERFLOW}
     */
    public record Notice(long what, int pid, FileHandle file) {}

    private Notices(Descriptor group) {
        this.group = group;
    }

    /** @throws LinuxException EPERM without the privilege, EINVAL before Linux 5.1, ENOSYS */
    public static Notices open() throws LinuxException {
        int number = Libc.fanotify_init(CLOSE_ON_EXEC | NON_BLOCKING | REPORT_FILE_HANDLE, OpenFlags.CLOSE_ON_EXEC);
        LinuxException.check(number, "fanotify_init", new byte[0]);
        return new Notices(new Descriptor(number, LABEL));
    }

    /**
     * From now on, of all files of a file system.
     *
     * @param directory any of the file system
     * @param what bits
     * @throws LinuxException EPERM; EOPNOTSUPP, ENODEV, EXDEV where the file system has no handles or no number
     */
    public void watch(Descriptor directory, long what) throws LinuxException {
        int result =
                Libc.fanotify_mark(group.number(), ADD | FILE_SYSTEM, what | ON_DIRECTORY, directory.number(), null);
        LinuxException.check(result, "fanotify_mark", directory.label());
    }

    /** Waits for the next notice; false when none has come in time. */
    public boolean await(int milliseconds) throws LinuxException {
        byte[] descriptor = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(group.number())
                .putShort(POLL_IN)
                .array();
        int ready = Libc.poll(descriptor, 1, milliseconds);
        if (ready < 0 && Native.getLastError() != Errno.EINTR) {
            throw LinuxException.last("poll", LABEL);
        }
        return ready > 0;
    }

    /**
     * Reads some of what is there, in the order it was done.
     *
     * @return false when there was nothing
     */
    public boolean read(Consumer<Notice> to) throws LinuxException {
        long count = Libc.read(group.number(), address, BUFFER_BYTES);
        if (count < 0) {
            int errno = Native.getLastError();
            if (errno == Errno.EAGAIN || errno == Errno.EINTR) {
                return errno == Errno.EINTR;
            }
            throw LinuxException.last("read", LABEL);
        }
        for (int at = 0; at < count; at += buffer.getInt(at)) {
            to.accept(decode(at, at + buffer.getInt(at)));
        }
        return true;
    }

    private Notice decode(int at, int end) {
        FileHandle file = null;
        int info = at + Short.toUnsignedInt(buffer.getShort(at + METADATA_LENGTH_AT));
        if (info + HANDLE_AT + FileHandle.HEADER_BYTES <= end && buffer.get(info) == HANDLE_RECORD) {
            byte[] struct = new byte[FileHandle.HEADER_BYTES + buffer.getInt(info + HANDLE_AT)];
            buffer.get(info + HANDLE_AT, struct);
            file = new FileHandle(buffer.getLong(info + FILE_SYSTEM_AT), struct);
        }
        return new Notice(buffer.getLong(at + MASK_AT), buffer.getInt(at + PID_AT), file);
    }

    @Override
    public void close() throws LinuxException {
        group.close();
    }
}
