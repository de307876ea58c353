package io.catchwater.files;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What statx(2) says of a file.
 *
 * @param device that holds it: major &lt;&lt; 32 | minor
 * @param inode number on that device
 * @param birthNs when it was made, nanoseconds since 1970; 0 where the file system keeps none
 * @param mode st_mode: type and permission bits
 * @param uid numeric owner
 * @param gid numeric group
 * @param links how many names it has
 * @param size in bytes
 * @param modifiedNs last change of content, nanoseconds since 1970
 * @param changedNs last change of content or attributes, nanoseconds since 1970
 * @param specialDevice of a device node: major &lt;&lt; 32 | minor
 * @param blocks allocated, in units of 512 bytes
 */
public record FileStatus(
        long device,
        long inode,
        long birthNs,
        int mode,
        int uid,
        int gid,
        int links,
        long size,
        long modifiedNs,
        long changedNs,
        long specialDevice,
        long blocks) {

    /** sizeof(struct statx). */
    static final int STRUCT_BYTES = 256;

    private static final int PERMISSIONS = 0xFFF;
    private static final int HAS_BIRTH = 0x800;
    private static final long NS_PER_SECOND = 1_000_000_000L;

    public FileType type() {
        return FileType.of(mode);
    }

    /** Permission bits with setuid, setgid and sticky, without the type. */
    public int permissions() {
        return mode & PERMISSIONS;
    }

    /** True when both are the same file on this host. */
    public boolean sameFile(FileStatus other) {
        return device == other.device && inode == other.inode && birthNs == other.birthNs;
    }

    static FileStatus decode(byte[] statx) {
        ByteBuffer struct = ByteBuffer.wrap(statx).order(ByteOrder.nativeOrder());
        boolean hasBirth = (struct.getInt(0) & HAS_BIRTH) != 0;
        return new FileStatus(
                deviceNumber(struct, 136),
                struct.getLong(32),
                hasBirth ? timeNs(struct, 80) : 0,
                struct.getShort(28) & 0xFFFF,
                struct.getInt(20),
                struct.getInt(24),
                struct.getInt(16),
                struct.getLong(40),
                timeNs(struct, 112),
                timeNs(struct, 96),
                deviceNumber(struct, 128),
                struct.getLong(48));
    }

    private static long timeNs(ByteBuffer struct, int at) {
        return struct.getLong(at) * NS_PER_SECOND + Integer.toUnsignedLong(struct.getInt(at + 8));
    }

    private static long deviceNumber(ByteBuffer struct, int at) {
        return Integer.toUnsignedLong(struct.getInt(at)) << 32 | Integer.toUnsignedLong(struct.getInt(at + 4));
    }
}
