package io.catchwater.stream;

/**
 * What the changes of a window do to a file's size, whatever it was when the copy looked: a truncation sets it, a
 * write extends it.
 *
 * @param truncated true when a truncation has set the size
 * @param size the size, or, not truncated, the least it can be; bytes
 */
record SizeFold(boolean truncated, long size) {

    static final SizeFold UNCHANGED = new SizeFold(false, 0);

    SizeFold truncate(long newSize) {
        return new SizeFold(true, newSize);
    }

    SizeFold extend(long end) {
        return end <= size ? this : new SizeFold(truncated, end);
    }

    /** The size at the window's end, of a file that had {@code seen} bytes at some moment inside it. */
    long apply(long seen) {
        return truncated ? size : Math.max(seen, size);
    }
}
