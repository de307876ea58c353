package io.catchwater.files;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Bytes, size and holes of an open file. Buffers are direct; their position moves by what was done. */
public final class Content {

    private static final int KEEP_SIZE = 1;
    private static final int PUNCH_HOLE = 2;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;
    private static final long FICLONE = 0x40049409L;

    private Content() {}

    /**
     * Reads once, at most what remains in the buffer.
     *
     * @return bytes read; 0 at the end of the file
     */
    public static int read(Descriptor file, ByteBuffer into, long fileOffset) throws LinuxException {
        long count;
        do {
            count = Libc.pread(file.number(), address(into), into.remaining(), fileOffset);
        } while (count < 0 && Native.getLastError() == Errno.EINTR);
        if (count < 0) {
            throw LinuxException.last("pread", file.label());
        }
        into.position(into.position() + (int) count);
        return (int) count;
    }

    /**
     * Reads until the buffer is full or the file ends.
     *
     * @return bytes read
     */
    public static int readFully(Descriptor file, ByteBuffer into, long fileOffset) throws LinuxException {
        int done = 0;
        while (into.hasRemaining()) {
            int count = read(file, into, fileOffset + done);
            if (count == 0) {
                break;
            }
            done += count;
        }
        return done;
    }

    /**
     * Writes once.
     *
     * @return bytes written, at least 1 when the buffer held any
     */
    public static int write(Descriptor file, ByteBuffer from, long fileOffset) throws LinuxException {
        long count;
        do {
            count = Libc.pwrite(file.number(), address(from), from.remaining(), fileOffset);
        } while (count < 0 && Native.getLastError() == Errno.EINTR);
        if (count < 0) {
            throw LinuxException.last("pwrite", file.label());
        }
        from.position(from.position() + (int) count);
        return (int) count;
    }

    /** Writes all that remains in the buffer. */
    public static void writeFully(Descriptor file, ByteBuffer from, long fileOffset) throws LinuxException {
        long at = fileOffset;
        while (from.hasRemaining()) {
            at += write(file, from, at);
        }
    }

    /** Cuts the file off, or extends it by a hole. */
    public static void resize(Descriptor file, long size) throws LinuxException {
        LinuxException.check(Libc.ftruncate(file.number(), size), "ftruncate", file.label());
    }

    /**
     * Makes a range zero and gives its blocks back; the size stays.
     *
     * @throws LinuxException EOPNOTSUPP where the file system has no holes
     */
    public static void punchHole(Descriptor file, long start, long length) throws LinuxException {
        int result = Libc.fallocate(file.number(), PUNCH_HOLE | KEEP_SIZE, start, length);
        LinuxException.check(result, "fallocate", file.label());
    }

    /** Allocates the blocks of a range, and extends the file to its end. */
    public static void allocate(Descriptor file, long start, long length) throws LinuxException {
        LinuxException.check(Libc.fallocate(file.number(), 0, start, length), "fallocate", file.label());
    }

    /**
     * The first file offset at or after another one that is not in a hole.
     *
     * @return -1 when there is none before the end of the file
     */
    public static long nextData(Descriptor file, long fileOffset) throws LinuxException {
        return seek(file, fileOffset, SEEK_DATA);
    }

    /**
     * The first file offset at or after another one that is in a hole; the end of the file counts as one.
     *
     * @return -1 when the offset is not before the end of the file
     */
    public static long nextHole(Descriptor file, long fileOffset) throws LinuxException {
        return seek(file, fileOffset, SEEK_HOLE);
    }

    private static long seek(Descriptor file, long fileOffset, int whence) throws LinuxException {
        long found = Libc.lseek(file.number(), fileOffset, whence);
        if (found < 0 && Native.getLastError() != Errno.ENXIO) {
            throw LinuxException.last("lseek", file.label());
        }
        return found;
    }

    /**
     * Makes a file share all blocks of another (FICLONE).
     *
     * @return false when the file systems cannot do that for these two: copy the bytes then
     */
    public static boolean cloneFrom(Descriptor target, Descriptor source) throws LinuxException {
        if (Libc.ioctl(target.number(), FICLONE, source.number()) == 0) {
            return true;
        }
        return switch (Native.getLastError()) {
            case Errno.EOPNOTSUPP, Errno.ENOTTY, Errno.EXDEV, Errno.EINVAL, Errno.ENOSYS -> false;
            default -> throw LinuxException.last("FICLONE", target.label());
        };
    }

    /**
     * Copies inside the kernel, once, as copy_file_range(2) does.
     *
     * @return bytes copied, 0 at the end of the source
     * @throws LinuxException EXDEV, EOPNOTSUPP, ENOSYS: read and write instead
     */
    public static long copy(Descriptor source, long sourceOffset, Descriptor target, long targetOffset, long length)
            throws LinuxException {
        long count = Libc.copy_file_range(
                source.number(), offset(sourceOffset), target.number(), offset(targetOffset), length, 0);
        if (count < 0) {
            throw LinuxException.last("copy_file_range", target.label());
        }
        return count;
    }

    /** Bytes and attributes are on disk when this returns; of a directory its names. */
    public static void sync(Descriptor file) throws LinuxException {
        LinuxException.check(Libc.fsync(file.number()), "fsync", file.label());
    }

    /** Bytes and size are on disk when this returns. */
    public static void syncData(Descriptor file) throws LinuxException {
        LinuxException.check(Libc.fdatasync(file.number()), "fdatasync", file.label());
    }

    /** Everything on the file system that holds the file is on disk when this returns. */
    public static void syncFileSystem(Descriptor file) throws LinuxException {
        LinuxException.check(Libc.syncfs(file.number()), "syncfs", file.label());
    }

    private static byte[] offset(long fileOffset) {
        return ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(fileOffset)
                .array();
    }

    private static long address(ByteBuffer buffer) {
        if (!buffer.isDirect()) {
            throw new IllegalArgumentException("not a direct buffer");
        }
        return Pointer.nativeValue(Native.getDirectBufferPointer(buffer)) + buffer.position();
    }
}
