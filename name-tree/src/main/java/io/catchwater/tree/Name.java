package io.catchwater.tree;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One component of a path, as bytes: names on Linux need not be text. Immutable, ordered by unsigned bytes. */
public final class Name implements Comparable<Name> {

    /** Longest name that Linux has, in bytes. */
    public static final int BYTES_LIMIT = 255;

    private final byte[] bytes;

    private Name(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Checks and copies a name.
     *
     * @param bytes 1 to {@link #BYTES_LIMIT} bytes, without a slash or a NUL, neither {@code .} nor {@code ..}
     * @throws IllegalArgumentException when it is no name
     */
    public static Name of(byte[] bytes) {
        return checked(bytes.clone());
    }

    /** As {@link #of(byte[])}; the buffer's position stays where it is. */
    public static Name of(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return checked(copy);
    }

    private static Name checked(byte[] bytes) {
        boolean dots = bytes.length <= 2 && bytes.length > 0 && bytes[0] == '.' && bytes[bytes.length - 1] == '.';
        boolean length = bytes.length > 0 && bytes.length <= BYTES_LIMIT;
        if (dots || !length || contains(bytes, '/') || contains(bytes, 0)) {
            throw new IllegalArgumentException("not a name: '" + new String(bytes, StandardCharsets.UTF_8) + "'");
        }
        return new Name(bytes);
    }

    private static boolean contains(byte[] bytes, int wanted) {
        for (byte b : bytes) {
            if (b == wanted) {
                return true;
            }
        }
        return false;
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public int compareTo(Name other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Name name && Arrays.equals(bytes, name.bytes);
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
