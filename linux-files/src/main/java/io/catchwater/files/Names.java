package io.catchwater.files;

import com.sun.jna.Native;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Names in an open directory. A name is bytes without NUL; it may have several components divided by slashes
 * unless the function says otherwise.
 *
 * <p>The kernel follows symlinks in all components but the last. Where a name is not trusted use
 * {@link #openBeneath} for the directory and give the other functions a single component.
 */
public final class Names {

    /** Longest target of a symlink, in bytes. */
    public static final int TARGET_BYTES_LIMIT = 4095;

    /** A longer path the kernel does not take in one call, its NUL included. */
    private static final int PATH_BYTES_LIMIT = 4096;

    private static final int AT_REMOVEDIR = 0x200;
    private static final int AT_EACCESS = 0x200;
    private static final int RENAME_NOREPLACE = 1;
    private static final int RENAME_EXCHANGE = 2;
    private static final int WRITE_AND_SEARCH = 3;
    private static final long RESOLVE_BENEATH_NO_SYMLINKS = 0x08 | 0x04;
    private static final int OPEN_HOW_BYTES = 24;

    private Names() {}

    /**
     * Opens what a name names.
     *
     * @param flags see {@link OpenFlags}
     * @param mode permission bits of a file that is created
     */
    public static Descriptor open(Descriptor directory, byte[] name, int flags, int mode) throws LinuxException {
        int number = Libc.openat(directory.number(), terminated(name), flags | OpenFlags.CLOSE_ON_EXEC, mode);
        LinuxException.check(number, "openat", name);
        return new Descriptor(number, name);
    }

    /**
     * Opens a path below a directory and nothing else: no symlink is passed, not even as the last component, and
     * nothing climbs.
     *
     * @param path relative, components divided by single slashes; it may be longer than the kernel takes in one call
     * @param mode permission bits of a file that is created
     * @throws LinuxException ELOOP when a component is a symlink; EXDEV when the path is absolute or has ".."
     */
    public static Descriptor openBeneath(Descriptor directory, byte[] path, int flags, int mode) throws LinuxException {
        if (climbs(path)) {
            throw new LinuxException(Errno.EXDEV, "openat2", printable(path));
        }
        if (!Openat2.AVAILABLE || path.length >= PATH_BYTES_LIMIT) {
            return walk(directory, path, flags, mode);
        }
        return openat2(directory, path, flags, mode);
    }

    private static Descriptor openat2(Descriptor directory, byte[] path, int flags, int mode) throws LinuxException {
        byte[] how = ByteBuffer.allocate(OPEN_HOW_BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(flags | OpenFlags.CLOSE_ON_EXEC)
                .putLong((flags & OpenFlags.CREATE) != 0 ? mode : 0)
                .putLong(RESOLVE_BENEATH_NO_SYMLINKS)
                .array();
        long number;
        do {
            number = Libc.syscall(Abi.CURRENT.openat2(), directory.number(), terminated(path), how, how.length);
        } while (number < 0 && Native.getLastError() == Errno.EAGAIN);
        LinuxException.check((int) number, "openat2", path);
        return new Descriptor((int) number, path);
    }

    /** The same component by component, for long paths, and for kernels and sandboxes without openat2. */
    static Descriptor walk(Descriptor directory, byte[] path, int flags, int mode) throws LinuxException {
        Descriptor at = directory;
        int begin = 0;
        try {
            for (int i = 0; i < path.length; i++) {
                if (path[i] == '/') {
                    byte[] component = Arrays.copyOfRange(path, begin, i);
                    Descriptor next = openComponent(at, component, OpenFlags.PATH | OpenFlags.DIRECTORY, 0);
                    if (at != directory) {
                        at.close();
                    }
                    at = next;
                    begin = i + 1;
                }
            }
            return openComponent(at, Arrays.copyOfRange(path, begin, path.length), flags, mode);
        } finally {
            if (at != directory) {
                at.close();
            }
        }
    }

    private static Descriptor openComponent(Descriptor at, byte[] name, int flags, int mode) throws LinuxException {
        try {
            return open(at, name, flags | OpenFlags.NO_FOLLOW, mode);
        } catch (LinuxException e) {
            // O_DIRECTORY is judged before O_NOFOLLOW: a symlink then says ENOTDIR.
            if (e.errno() == Errno.ENOTDIR && Attributes.status(at, name).type() == FileType.SYMLINK) {
                throw new LinuxException(Errno.ELOOP, "openat", printable(name));
            }
            throw e;
        }
    }

    private static boolean climbs(byte[] path) {
        if (path.length > 0 && path[0] == '/') {
            return true;
        }
        String text = "/" + new String(path, StandardCharsets.ISO_8859_1) + "/";
        return text.contains("/../");
    }

    /** @param mode permission bits, less the process's umask */
    public static void makeDirectory(Descriptor directory, byte[] name, int mode) throws LinuxException {
        LinuxException.check(Libc.mkdirat(directory.number(), terminated(name), mode), "mkdirat", name);
    }

    /** Gives a file (not a directory) one more name; a symlink is linked itself. */
    public static void link(Descriptor directory, byte[] name, Descriptor newDirectory, byte[] newName)
            throws LinuxException {
        int result = Libc.linkat(directory.number(), terminated(name), newDirectory.number(), terminated(newName), 0);
        LinuxException.check(result, "linkat", newName);
    }

    public static void unlink(Descriptor directory, byte[] name) throws LinuxException {
        LinuxException.check(Libc.unlinkat(directory.number(), terminated(name), 0), "unlinkat", name);
    }

    public static void removeDirectory(Descriptor directory, byte[] name) throws LinuxException {
        LinuxException.check(Libc.unlinkat(directory.number(), terminated(name), AT_REMOVEDIR), "rmdir", name);
    }

    /** Replaces what had the new name. Of two names of one file both stay, as rename(2) has it. */
    public static void rename(Descriptor directory, byte[] name, Descriptor newDirectory, byte[] newName)
            throws LinuxException {
        rename(directory, name, newDirectory, newName, 0);
    }

    /** Fails with EEXIST when the new name is taken. */
    public static void renameNoReplace(Descriptor directory, byte[] name, Descriptor newDirectory, byte[] newName)
            throws LinuxException {
        rename(directory, name, newDirectory, newName, RENAME_NOREPLACE);
    }

    /** Two names change places. */
    public static void exchange(Descriptor directory, byte[] name, Descriptor newDirectory, byte[] newName)
            throws LinuxException {
        rename(directory, name, newDirectory, newName, RENAME_EXCHANGE);
    }

    private static void rename(Descriptor directory, byte[] name, Descriptor newDirectory, byte[] newName, int flags)
            throws LinuxException {
        int result =
                Libc.renameat2(directory.number(), terminated(name), newDirectory.number(), terminated(newName), flags);
        LinuxException.check(result, "rename", name);
    }

    /** @param target what the symlink says; any bytes without NUL */
    public static void makeSymlink(byte[] target, Descriptor directory, byte[] name) throws LinuxException {
        LinuxException.check(
                Libc.symlinkat(terminated(target), directory.number(), terminated(name)), "symlinkat", name);
    }

    public static byte[] readSymlink(Descriptor directory, byte[] name) throws LinuxException {
        byte[] buffer = new byte[TARGET_BYTES_LIMIT + 1];
        long length = Libc.readlinkat(directory.number(), terminated(name), buffer, buffer.length);
        LinuxException.check((int) length, "readlinkat", name);
        return Arrays.copyOf(buffer, (int) length);
    }

    /**
     * Makes a fifo, a socket or a device node.
     *
     * @param mode type and permission bits
     * @param specialDevice major &lt;&lt; 32 | minor, 0 for what is no device
     */
    public static void makeNode(Descriptor directory, byte[] name, int mode, long specialDevice) throws LinuxException {
        int result = Libc.mknodat(directory.number(), terminated(name), mode, Attributes.packed(specialDevice));
        LinuxException.check(result, "mknodat", name);
    }

    /** True when this process may make and remove names in a directory. */
    public static boolean mayChange(Descriptor directory) {
        return Libc.faccessat(directory.number(), new byte[] {'.', 0}, WRITE_AND_SEARCH, AT_EACCESS) == 0;
    }

    /** A name for messages: UTF-8, what is not printable as {@code \xNN}. */
    public static String printable(byte[] name) {
        String text = new String(name, StandardCharsets.UTF_8);
        boolean plain = text.chars().noneMatch(c -> c < ' ' || c == 0x7F || c == 0xFFFD);
        if (plain) {
            return text;
        }
        StringBuilder escaped = new StringBuilder();
        for (byte b : name) {
            if (b >= ' ' && b < 0x7F) {
                escaped.append((char) b);
            } else {
                escaped.append(String.format("\\x%02x", b));
            }
        }
        return escaped.toString();
    }

    /** @throws IllegalArgumentException when the name holds a NUL: the kernel would see another one */
    static byte[] terminated(byte[] name) {
        for (byte b : name) {
            if (b == 0) {
                throw new IllegalArgumentException("a name with a NUL in it: " + printable(name));
            }
        }
        return Arrays.copyOf(name, name.length + 1);
    }

    /** Asked once whether the kernel, and the sandbox around this process, have openat2(2). */
    private static final class Openat2 {
        static final boolean AVAILABLE = probe();

        private static boolean probe() {
            byte[] how = ByteBuffer.allocate(OPEN_HOW_BYTES)
                    .order(ByteOrder.nativeOrder())
                    .putLong(OpenFlags.PATH | OpenFlags.CLOSE_ON_EXEC)
                    .putLong(0)
                    .putLong(0)
                    .array();
            long number = Libc.syscall(Abi.CURRENT.openat2(), -100, new byte[] {'/', 0}, how, how.length);
            if (number >= 0) {
                Libc.close((int) number);
            }
            return number >= 0;
        }
    }
}
