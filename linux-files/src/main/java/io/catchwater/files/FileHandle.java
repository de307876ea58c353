package io.catchwater.files;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * What a file system calls a file, whatever its names are (open_by_handle_at(2)); another file never gets the same one.
 * Immutable, compared by value.
 */
public final class FileHandle {

    /** Of a file_handle, before its bytes. */
    static final int HEADER_BYTES = 8;

    /** MAX_HANDLE_SZ. */
    static final int BYTES_LIMIT = 128;

    private static final byte[] ITSELF = {0};
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int MOUNT_ID_BYTES = 4;

    private final long fileSystem;
    private final byte[] struct;

    /** @param struct a file_handle with its header */
    FileHandle(long fileSystem, byte[] struct) {
        this.fileSystem = fileSystem;
        this.struct = struct;
    }

    /**
     * Of an open file.
     *
     * @throws LinuxException EOPNOTSUPP where the file system has none
     */
    public static FileHandle of(Descriptor file) throws LinuxException {
        byte[] struct = new byte[HEADER_BYTES + BYTES_LIMIT];
        ByteBuffer header = ByteBuffer.wrap(struct).order(ByteOrder.nativeOrder());
        header.putInt(0, BYTES_LIMIT);
        int result = Libc.name_to_handle_at(file.number(), ITSELF, struct, new byte[MOUNT_ID_BYTES], AT_EMPTY_PATH);
        LinuxException.check(result, "name_to_handle_at", file.label());
        return new FileHandle(fileSystem(file), Arrays.copyOf(struct, HEADER_BYTES + header.getInt(0)));
    }

    /** The number (f_fsid) of the file system that holds an open file. */
    public static long fileSystem(Descriptor file) throws LinuxException {
        byte[] buffer = new byte[FileSystemSpace.STRUCT_BYTES];
        LinuxException.check(Libc.fstatvfs(file.number(), buffer), "fstatvfs", file.label());
        return FileSystemSpace.number(buffer);
    }

    /** The number of the file system that holds the file. */
    public long fileSystem() {
        return fileSystem;
    }

    /**
     * Opens the file; root only.
     *
     * @param mount any directory of the file system, open for reading
     * @throws LinuxException ESTALE when the file is gone; EPERM without the privilege
     */
    public Descriptor open(Descriptor mount, int flags) throws LinuxException {
        int number = Libc.open_by_handle_at(mount.number(), struct, flags | OpenFlags.CLOSE_ON_EXEC);
        LinuxException.check(number, "open_by_handle_at", mount.label());
        return new Descriptor(number, mount.label());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FileHandle handle
                && handle.fileSystem == fileSystem
                && Arrays.equals(handle.struct, struct);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(fileSystem) * 31 + Arrays.hashCode(struct);
    }
}
