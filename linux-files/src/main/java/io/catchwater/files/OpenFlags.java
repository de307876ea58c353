package io.catchwater.files;

/** Flags of open(2), to be combined with {@code |}. {@code O_CLOEXEC} is always set. */
public final class OpenFlags {

    public static final int READ = 0;
    public static final int WRITE = 1;
    public static final int READ_WRITE = 2;
    public static final int CREATE = 0x40;
    public static final int EXCLUSIVE = 0x80;
    public static final int TRUNCATE = 0x200;
    public static final int NON_BLOCKING = 0x800;
    /** Fails with ENOTDIR unless it is a directory. */
    public static final int DIRECTORY = Abi.CURRENT.directory();
    /** Fails with ELOOP when the last component is a symlink (with {@link #PATH}: opens the symlink itself). */
    public static final int NO_FOLLOW = Abi.CURRENT.noFollow();
    /** A place in the tree, not for reading or writing. */
    public static final int PATH = 0x200000;
    /** A file without a name; the name given is the directory's. */
    public static final int TEMPORARY = 0x400000 | DIRECTORY;

    static final int CLOSE_ON_EXEC = 0x80000;

    private OpenFlags() {}
}
