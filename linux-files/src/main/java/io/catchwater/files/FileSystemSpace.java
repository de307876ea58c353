package io.catchwater.files;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What statvfs(3) says of a file system.
 *
 * @param totalBytes its size
 * @param availableBytes what a process without privileges may still allocate
 * @param availableFiles how many files may still be made; 0 where the file system does not count
 * @param readOnly true when it is mounted so
 */
public record FileSystemSpace(long totalBytes, long availableBytes, long availableFiles, boolean readOnly) {

    /** sizeof(struct statvfs) on 64-bit Linux. */
    static final int STRUCT_BYTES = 112;

    private static final long READ_ONLY = 1;

    /** f_fsid. */
    static long number(byte[] statvfs) {
        return ByteBuffer.wrap(statvfs).order(ByteOrder.nativeOrder()).getLong(64);
    }

    static FileSystemSpace decode(byte[] statvfs) {
        ByteBuffer struct = ByteBuffer.wrap(statvfs).order(ByteOrder.nativeOrder());
        long blockBytes = struct.getLong(8);
        return new FileSystemSpace(
                struct.getLong(16) * blockBytes,
                struct.getLong(32) * blockBytes,
                struct.getLong(56),
                (struct.getLong(72) & READ_ONLY) != 0);
    }
}
