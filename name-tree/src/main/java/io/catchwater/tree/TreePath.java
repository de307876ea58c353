package io.catchwater.tree;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** A path below the root of a tree, as bytes, without a leading slash; the root itself is empty. Immutable. */
public final class TreePath {

    /** The root of the tree. */
    public static final TreePath ROOT = new TreePath(new byte[0]);

    private final byte[] bytes;

    private TreePath(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Checks and copies a path.
     *
     * @param bytes names divided by single slashes, or empty for the root
     * @throws IllegalArgumentException when a component is no {@link Name}
     */
    public static TreePath of(byte[] bytes) {
        TreePath path = ROOT;
        for (int start = 0; start < bytes.length; ) {
            int end = start;
            while (end < bytes.length && bytes[end] != '/') {
                end++;
            }
            path = path.resolve(Name.of(Arrays.copyOfRange(bytes, start, end)));
            if (end == bytes.length - 1) {
                throw new IllegalArgumentException("ends with a slash: '" + path + "/'");
            }
            start = end + 1;
        }
        return path;
    }

    /** The last component of a path whose other components are not looked at. */
    static Name lastName(ByteBuffer path) {
        int start = path.limit();
        while (start > path.position() && path.get(start - 1) != '/') {
            start--;
        }
        return Name.of(path.slice(start, path.limit() - start));
    }

    /** The path of a name in the directory at this path. */
    public TreePath resolve(Name name) {
        byte[] last = name.bytes();
        if (bytes.length == 0) {
            return new TreePath(last);
        }
        byte[] joined = Arrays.copyOf(bytes, bytes.length + 1 + last.length);
        joined[bytes.length] = '/';
        System.arraycopy(last, 0, joined, bytes.length + 1, last.length);
        return new TreePath(joined);
    }

    /** The path that names, one below the other, lead to from here. */
    TreePath resolve(List<Name> names) {
        TreePath path = this;
        for (Name name : names) {
            path = path.resolve(name);
        }
        return path;
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** True for the root of the tree. */
    public boolean isRoot() {
        return bytes.length == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TreePath path && Arrays.equals(bytes, path.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** For a reader; bytes that are not UTF-8 are lost. */
    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
