package io.catchwater.bridge.copy;

/** What copies may take. */
public final class CopyLimits {

    /** Most bytes read and not yet in the stream, all windows together. */
    public static final long BYTES_UNDER_WAY = 32L << 20;

    /** Most windows open at a time: each waits until the ring is drained so far, and small files must not wait in turns. */
    public static final int WINDOWS = 512;

    /** Most bytes of data that one window reads. */
    public static final long WINDOW_BYTES = 8L << 20;

    /** Fewest bytes set aside for a window: a file may have grown since its size was last seen. */
    public static final long WINDOW_BYTES_LEAST = 64L << 10;

    /** Threads that read. */
    public static final int READERS = 2;

    /** Reports of readers that wait for the drain thread. */
    public static final int REPORTS = 128;

    /** Most names in one record of a listing. */
    public static final int LISTED_NAMES = 500;

    /** Most bytes of names and targets in one record of a listing, but for the last name. */
    public static final int LISTED_BYTES = 64 << 10;

    /** Most bytes of one file's extended attributes; with more they are uncovered. */
    public static final int EXTENDED_BYTES = 256 << 10;

    /** Ranges of one file that wait to be healed; beyond that they become the one range that holds them all. */
    public static final int HEAL_RANGES = 64;

    /** How often a name may lead to another file before it is called uncovered. */
    public static final int ATTEMPTS = 200;

    private CopyLimits() {}
}
