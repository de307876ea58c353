package io.catchwater.bridge.ring;

import io.catchwater.files.FileStatus;
import java.util.List;

/**
 * Who may write to a ring: those who may make names in the source's directories, as far as this process can let exactly
 * them in. A ring belongs to the user of its bridge; one that root makes belongs to the owner of the first directory. The
 * group of a directory that its group may write to gets in where root makes the ring, or where it is the effective group of
 * the bridge: the kernel always counts the group of a segment's maker too. Everybody gets in where everybody may write to a
 * directory.
 *
 * @param uid its owner
 * @param gid its group
 * @param mode permission bits of the segment: 0600, 0660 or 0666
 */
public record RingAccess(int uid, int gid, int mode) {

    private static final int ROOT_USER = 0;
    private static final int OWNER = 0600;
    private static final int GROUP = 0060;
    private static final int ALL = 0666;
    private static final int GROUP_WRITES = 0020;
    private static final int OTHERS_WRITE = 0002;

    /**
     * The access that goes with a source.
     *
     * @param directories that are watched, at least one
     * @param maker this process
     */
    public static RingAccess of(List<FileStatus> directories, Credentials maker) {
        boolean root = maker.uid() == ROOT_USER;
        int uid = root ? directories.get(0).uid() : maker.uid();
        if (directories.stream().anyMatch(each -> (each.permissions() & OTHERS_WRITE) != 0)) {
            return new RingAccess(uid, maker.gid(), ALL);
        }
        for (FileStatus directory : directories) {
            boolean groupWrites = (directory.permissions() & GROUP_WRITES) != 0;
            if (groupWrites && (root || directory.gid() == maker.gid())) {
                return new RingAccess(uid, directory.gid(), OWNER | GROUP);
            }
        }
        return new RingAccess(uid, maker.gid(), OWNER);
    }

    /** Whether the ring's group may write to it. */
    public boolean admitsGroup() {
        return (mode & GROUP) != 0;
    }

    /** Whether everybody may. */
    public boolean admitsAll() {
        return mode == ALL;
    }

    /** Whether a process may find and use the ring. */
    public boolean admits(Credentials process) {
        return process.ignoresIpcPermissions()
                || process.uid() == uid
                || (admitsGroup() && process.isIn(gid))
                || admitsAll();
    }

    @Override
    public String toString() {
        return "owner %d, group %d, mode %04o".formatted(uid, gid, mode);
    }
}
