package io.catchwater.stream;

/**
 * How far a listing is.
 *
 * @param copyId copy that lists, or -1 without a listing
 * @param length records kept of it
 * @param sent names sent since it was closed, or -1 while it is open
 */
record ListingProgress(long copyId, long length, long sent) {

    static final ListingProgress NONE = new ListingProgress(-1, 0, -1);

    static ListingProgress open(long copyId) {
        return new ListingProgress(copyId, 0, -1);
    }

    ListingProgress oneMore() {
        return new ListingProgress(copyId, length + 1, sent);
    }

    ListingProgress sent(long names) {
        return new ListingProgress(copyId, length, names);
    }

    boolean isOpen() {
        return copyId >= 0 && sent < 0;
    }

    boolean isOpenFor(long copy) {
        return isOpen() && copyId == copy;
    }

    /** True once it is closed and until all its names are sent. */
    boolean isSending() {
        return sent >= 0;
    }
}
