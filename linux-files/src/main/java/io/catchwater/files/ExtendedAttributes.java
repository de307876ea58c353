package io.catchwater.files;

import com.sun.jna.Native;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Extended attributes of one file: those that belong to its content, {@link #isCarried}. No symlink is followed. Names
 * are strings of ISO 8859-1, every byte one character; values are read-only buffers.
 *
 * <p>The file is reached through /proc/self/fd, which also serves descriptors that are not open for reading (O_PATH).
 */
public final class ExtendedAttributes {

    /** A file's capabilities; the kernel takes them away when the file is written to. */
    public static final String CAPABILITY = "security.capability";

    /** Namespace that only a privileged process sees. */
    public static final String TRUSTED = "trusted.";

    private static final String USER = "user.";
    private static final List<String> OTHERS =
            List.of("system.posix_acl_access", "system.posix_acl_default", CAPABILITY);
    private static final String DESCRIPTORS = "/proc/self/fd/";
    private static final int LIST_BYTES = 1 << 12;
    /** The kernel's limits for a list of names, and for a value. */
    private static final int BYTES_LIMIT = 1 << 16;

    private static final int CAPABILITY_SYS_ADMIN = 21;

    private final byte[] path;
    private final byte[] label;
    private final boolean follow;

    private ExtendedAttributes(byte[] path, byte[] label, boolean follow) {
        this.path = path;
        this.label = label;
        this.follow = follow;
    }

    /** Of the open file itself, as long as it is open. */
    public static ExtendedAttributes of(Descriptor file) {
        return new ExtendedAttributes(path(file, new byte[0]), file.label(), true);
    }

    /**
     * Of what a name in a directory names, as long as the directory is open.
     *
     * @param name one component
     */
    public static ExtendedAttributes of(Descriptor directory, byte[] name) {
        return new ExtendedAttributes(path(directory, name), name, false);
    }

    private static byte[] path(Descriptor directory, byte[] name) {
        String slash = name.length == 0 ? "" : "/";
        byte[] begin = (DESCRIPTORS + directory.number() + slash).getBytes(StandardCharsets.US_ASCII);
        byte[] path = Arrays.copyOf(begin, begin.length + name.length);
        System.arraycopy(name, 0, path, begin.length, name.length);
        return Names.terminated(path);
    }

    /** False for what belongs to the host and not to the file: labels of security modules, integrity measurements. */
    public static boolean isCarried(String name) {
        return isBelow(USER, name) || isBelow(TRUSTED, name) || OTHERS.contains(name);
    }

    private static boolean isBelow(String namespace, String name) {
        return name.startsWith(namespace) && name.length() > namespace.length();
    }

    /** Whether this process sees {@link #TRUSTED} attributes. */
    public static boolean maySeeTrusted() {
        return Trusted.SEEN;
    }

    /**
     * All that are carried. One that is gone while they are read is left out.
     *
     * @return by name; empty where the file system has none
     * @throws LinuxException EACCES when a value may not be read; ENOENT
     */
    public SortedMap<String, ByteBuffer> read() throws LinuxException {
        SortedMap<String, ByteBuffer> found = new TreeMap<>();
        for (String name : names()) {
            if (isCarried(name)) {
                ByteBuffer value = value(name);
                if (value != null) {
                    found.put(name, value);
                }
            }
        }
        return found;
    }

    private List<String> names() throws LinuxException {
        byte[] list = new byte[LIST_BYTES];
        long length = list(list);
        if (length < 0 && Native.getLastError() == Errno.ERANGE) {
            list = new byte[BYTES_LIMIT];
            length = list(list);
        }
        if (length < 0 && Native.getLastError() == Errno.EOPNOTSUPP) {
            return List.of();
        }
        LinuxException.check((int) length, "listxattr", label);
        List<String> names = new ArrayList<>();
        int begin = 0;
        for (int i = 0; i < length; i++) {
            if (list[i] == 0) {
                names.add(new String(list, begin, i - begin, StandardCharsets.ISO_8859_1));
                begin = i + 1;
            }
        }
        return names;
    }

    private long list(byte[] into) {
        return follow ? Libc.listxattr(path, into, into.length) : Libc.llistxattr(path, into, into.length);
    }

    /** @return null when it is not there */
    public ByteBuffer value(String name) throws LinuxException {
        byte[] value = new byte[LIST_BYTES];
        long length = value(name, value);
        if (length < 0 && Native.getLastError() == Errno.ERANGE) {
            value = new byte[BYTES_LIMIT];
            length = value(name, value);
        }
        if (length < 0 && (Native.getLastError() == Errno.ENODATA || Native.getLastError() == Errno.EOPNOTSUPP)) {
            return null;
        }
        LinuxException.check((int) length, "getxattr " + name, label);
        return ByteBuffer.wrap(Arrays.copyOf(value, (int) length)).asReadOnlyBuffer();
    }

    private long value(String name, byte[] into) {
        return follow
                ? Libc.getxattr(path, bytes(name), into, into.length)
                : Libc.lgetxattr(path, bytes(name), into, into.length);
    }

    /** Sets one, whether it was there or not. */
    public void set(String name, ByteBuffer value) throws LinuxException {
        byte[] copy = new byte[value.remaining()];
        value.duplicate().get(copy);
        int result = follow
                ? Libc.setxattr(path, bytes(name), copy, copy.length, 0)
                : Libc.lsetxattr(path, bytes(name), copy, copy.length, 0);
        LinuxException.check(result, "setxattr " + name, label);
    }

    /** Removes one; nothing happens when it is not there. */
    public void remove(String name) throws LinuxException {
        int result = follow ? Libc.removexattr(path, bytes(name)) : Libc.lremovexattr(path, bytes(name));
        if (result < 0 && Native.getLastError() != Errno.ENODATA) {
            throw LinuxException.last("removexattr " + name, label);
        }
    }

    /**
     * Makes the attributes the given ones: sets what is missing or other, removes what is more.
     *
     * @param wanted those that are not {@linkplain #isCarried carried} are left alone
     * @param keepTrusted true when {@link #TRUSTED} attributes that are there stay
     * @return what the kernel refused, such as "user.a: Operation not permitted"; empty when all was done
     * @throws LinuxException when the file is gone, or the disk fails
     */
    public List<String> replace(Map<String, ByteBuffer> wanted, boolean keepTrusted) throws LinuxException {
        SortedMap<String, ByteBuffer> present = read();
        List<String> refused = new ArrayList<>();
        for (String name : present.keySet()) {
            if (!wanted.containsKey(name) && !(keepTrusted && name.startsWith(TRUSTED))) {
                attempt(name, refused, () -> remove(name));
            }
        }
        for (Map.Entry<String, ByteBuffer> each : new TreeMap<>(wanted).entrySet()) {
            String name = each.getKey();
            if (isCarried(name) && !each.getValue().equals(present.get(name))) {
                attempt(name, refused, () -> set(name, each.getValue()));
            }
        }
        return refused;
    }

    private interface Step {
        void run() throws LinuxException;
    }

    private static void attempt(String name, List<String> refused, Step step) throws LinuxException {
        try {
            step.run();
        } catch (LinuxException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.EIO) {
                throw e;
            }
            refused.add(name + ": " + Errno.text(e.errno()));
        }
    }

    private static byte[] bytes(String name) {
        return Names.terminated(name.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Asked once: CAP_SYS_ADMIN, and not only in a user namespace. */
    private static final class Trusted {
        static final boolean SEEN = seen();

        private static boolean seen() {
            try {
                String capabilities = Files.readAllLines(Path.of("/proc/self/status")).stream()
                        .filter(line -> line.startsWith("CapEff:"))
                        .findFirst()
                        .orElse("CapEff: 0");
                long effective = Long.parseUnsignedLong(
                        capabilities.substring("CapEff:".length()).trim(), 16);
                String users = Files.readString(Path.of("/proc/self/uid_map")).trim();
                return (effective >>> CAPABILITY_SYS_ADMIN & 1) != 0 && users.matches("0\\s+0\\s+4294967295");
            } catch (IOException e) {
                return false;
            }
        }
    }
}
