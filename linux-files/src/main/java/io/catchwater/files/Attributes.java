package io.catchwater.files;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;

/** What the kernel keeps of a file besides its bytes and names. Nothing here follows a symlink. */
public final class Attributes {

    /** Leaves an owner, a group or a time as it is. */
    public static final int UNCHANGED_ID = -1;

    private static final byte[] EMPTY = {0};
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_BASIC_AND_BIRTH = 0xFFF;
    private static final int TIMES_BYTES = 32;
    private static final long UTIME_OMIT = (1L << 30) - 2;
    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final int MAJOR_HIGH = 0xFFFFF000;
    private static final int MINOR_HIGH = 0xFFFFFF00;

    /** sizeof(struct statfs) on 64-bit Linux; f_type is its first member. */
    private static final int STATFS_BYTES = 120;

    /** ext4, XFS, Btrfs, as statfs(2) calls them. */
    private static final Set<Long> TELL_STORES = Set.of(0xEF53L, 0x58465342L, 0x9123683EL);

    private Attributes() {}

    /**
     * True on a file system where the first store through a shared mapping of a page that has been written back sets the
     * file's change time: on one where that has been tried.
     */
    public static boolean tellStores(Descriptor file) throws LinuxException {
        byte[] buffer = new byte[STATFS_BYTES];
        LinuxException.check(Libc.fstatfs(file.number(), buffer), "fstatfs", file.label());
        return TELL_STORES.contains(
                ByteBuffer.wrap(buffer).order(ByteOrder.nativeOrder()).getLong(0));
    }

    /** Of the open file itself. */
    public static FileStatus status(Descriptor file) throws LinuxException {
        byte[] buffer = new byte[FileStatus.STRUCT_BYTES];
        int result = Libc.statx(file.number(), EMPTY, AT_EMPTY_PATH, STATX_BASIC_AND_BIRTH, buffer);
        LinuxException.check(result, "statx", file.label());
        return FileStatus.decode(buffer);
    }

    /**
     * Of what a name in a directory names; a symlink is looked at, not followed.
     *
     * @param name relative to the directory
     */
    public static FileStatus status(Descriptor directory, byte[] name) throws LinuxException {
        byte[] buffer = new byte[FileStatus.STRUCT_BYTES];
        int result = Libc.statx(
                directory.number(), Names.terminated(name), AT_SYMLINK_NOFOLLOW, STATX_BASIC_AND_BIRTH, buffer);
        LinuxException.check(result, "statx", name);
        return FileStatus.decode(buffer);
    }

    /** Sets permission bits, setuid, setgid and sticky; type bits in the mode do not matter. */
    public static void setMode(Descriptor file, int mode) throws LinuxException {
        LinuxException.check(Libc.fchmod(file.number(), mode & ~FileType.MASK), "fchmod", file.label());
    }

    /** As {@link #setMode(Descriptor, int)}; EOPNOTSUPP for a symlink. */
    public static void setMode(Descriptor directory, byte[] name, int mode) throws LinuxException {
        int result =
                Libc.fchmodat(directory.number(), Names.terminated(name), mode & ~FileType.MASK, AT_SYMLINK_NOFOLLOW);
        LinuxException.check(result, "fchmodat", name);
    }

    /** @param uid new owner, or {@link #UNCHANGED_ID}; likewise the group */
    public static void setOwner(Descriptor file, int uid, int gid) throws LinuxException {
        LinuxException.check(Libc.fchown(file.number(), uid, gid), "fchown", file.label());
    }

    /** As {@link #setOwner(Descriptor, int, int)}, also for a symlink itself. */
    public static void setOwner(Descriptor directory, byte[] name, int uid, int gid) throws LinuxException {
        int result = Libc.fchownat(directory.number(), Names.terminated(name), uid, gid, AT_SYMLINK_NOFOLLOW);
        LinuxException.check(result, "fchownat", name);
    }

    /** @param modifiedNs nanoseconds since 1970; the time of last access stays */
    public static void setModified(Descriptor file, long modifiedNs) throws LinuxException {
        LinuxException.check(Libc.futimens(file.number(), times(modifiedNs)), "futimens", file.label());
    }

    /** As {@link #setModified(Descriptor, long)}, also for a symlink itself. */
    public static void setModified(Descriptor directory, byte[] name, long modifiedNs) throws LinuxException {
        int result = Libc.utimensat(directory.number(), Names.terminated(name), times(modifiedNs), AT_SYMLINK_NOFOLLOW);
        LinuxException.check(result, "utimensat", name);
    }

    /** Room on the file system that holds an open file. */
    public static FileSystemSpace space(Descriptor file) throws LinuxException {
        byte[] buffer = new byte[FileSystemSpace.STRUCT_BYTES];
        LinuxException.check(Libc.fstatvfs(file.number(), buffer), "fstatvfs", file.label());
        return FileSystemSpace.decode(buffer);
    }

    /** True when this process may change owners at will. */
    public static boolean mayChangeOwners() {
        return Libc.geteuid() == 0;
    }

    /** The user whose rights this process has. */
    public static int ownUser() {
        return Libc.geteuid();
    }

    /** dev_t as the C library packs it. */
    static long packed(long specialDevice) {
        int major = (int) (specialDevice >>> 32);
        int minor = (int) specialDevice;
        return (major & 0xFFFL) << 8
                | (long) (major & MAJOR_HIGH) << 32
                | (minor & 0xFFL)
                | ((minor & MINOR_HIGH) & 0xFFFFFFFFL) << 12;
    }

    private static byte[] times(long modifiedNs) {
        return ByteBuffer.allocate(TIMES_BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(0)
                .putLong(UTIME_OMIT)
                .putLong(Math.floorDiv(modifiedNs, NS_PER_SECOND))
                .putLong(Math.floorMod(modifiedNs, NS_PER_SECOND))
                .array();
    }
}
