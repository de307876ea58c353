package io.catchwater.sink.replica;

import io.catchwater.files.Errno;
import io.catchwater.files.Names;
import io.catchwater.sink.SinkException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;

/**
 * A path below the root of a tree that is safe to use: relative, without empty components, {@code .}, {@code ..} and
 * NULs. That no component is a symlink is seen to when it is resolved.
 */
public final class TreePath {

    private static final int COMPONENT_BYTES_LIMIT = 255;
    /** Programs make paths longer than the kernel takes in one call, by relative names. */
    private static final int PATH_BYTES_LIMIT = 1 << 20;

    /** The order of a walk: a directory before what it holds, the names in one by their bytes. */
    public static final Comparator<TreePath> WALK_ORDER = TreePath::compareInWalk;

    private final byte[] bytes;

    private TreePath(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * @param path as a record gives it; empty is the root itself
     * @throws SinkException when it is not safe; nothing has been touched
     */
    public static TreePath of(ByteBuffer path) throws SinkException {
        byte[] bytes = new byte[path.remaining()];
        path.duplicate().get(bytes);
        return of(bytes);
    }

    /** As {@link #of(ByteBuffer)}. */
    public static TreePath of(byte[] bytes) throws SinkException {
        if (bytes.length > PATH_BYTES_LIMIT) {
            throw refused("too long", bytes);
        }
        if (bytes.length > 0) {
            int begin = 0;
            for (int i = 0; i <= bytes.length; i++) {
                if (i == bytes.length || bytes[i] == '/') {
                    checkComponent(bytes, begin, i);
                    begin = i + 1;
                } else if (bytes[i] == 0) {
                    throw refused("holds a NUL", bytes);
                }
            }
        }
        return new TreePath(bytes);
    }

    private static void checkComponent(byte[] bytes, int begin, int end) throws SinkException {
        int length = end - begin;
        if (length == 0) {
            throw refused(begin == 0 ? "is absolute" : "has an empty component", bytes);
        }
        if (bytes[begin] == '.' && (length == 1 || (length == 2 && bytes[begin + 1] == '.'))) {
            throw refused(length == 1 ? "has the component \".\"" : "climbs with \"..\"", bytes);
        }
        if (length > COMPONENT_BYTES_LIMIT) {
            throw refused("has a component above 255 bytes", bytes);
        }
    }

    private static SinkException refused(String why, byte[] bytes) {
        return new SinkException(
                SinkException.Reason.FAILED,
                Errno.EINVAL,
                "path refused, it " + why + ": '" + Names.printable(bytes) + "'");
    }

    public boolean isRoot() {
        return bytes.length == 0;
    }

    /** The directory that holds it. Not for the root. */
    public TreePath parent() {
        return new TreePath(Arrays.copyOf(bytes, Math.max(0, lastSlash())));
    }

    /** Its last component. Not for the root. */
    public byte[] name() {
        return Arrays.copyOfRange(bytes, lastSlash() + 1, bytes.length);
    }

    /** True when the other path lies below this one. */
    public boolean holds(TreePath other) {
        return isRoot()
                ? !other.isRoot()
                : other.bytes.length > bytes.length
                        && other.bytes[bytes.length] == '/'
                        && Arrays.equals(bytes, 0, bytes.length, other.bytes, 0, bytes.length);
    }

    /** The path of a name in this directory. */
    public TreePath child(byte[] name) throws SinkException {
        if (isRoot()) {
            return of(name);
        }
        byte[] all = Arrays.copyOf(bytes, bytes.length + 1 + name.length);
        all[bytes.length] = '/';
        System.arraycopy(name, 0, all, bytes.length + 1, name.length);
        return of(all);
    }

    private static int compareInWalk(TreePath a, TreePath b) {
        int mismatch = Arrays.mismatch(a.bytes, b.bytes);
        if (mismatch < 0) {
            return 0;
        }
        return Integer.compare(a.rankAt(mismatch), b.rankAt(mismatch));
    }

    /** The end of a path comes before everything, a slash before every byte of a name. */
    private int rankAt(int index) {
        if (index == bytes.length) {
            return -1;
        }
        return bytes[index] == '/' ? 0 : bytes[index] & 0xFF;
    }

    private int lastSlash() {
        int i = bytes.length - 1;
        while (i >= 0 && bytes[i] != '/') {
            i--;
        }
        return i;
    }

    /** The path itself; not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TreePath path && Arrays.equals(bytes, path.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return Names.printable(bytes);
    }
}
