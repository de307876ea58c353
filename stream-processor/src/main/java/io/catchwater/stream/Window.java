package io.catchwater.stream;

/** Whether a range of a file is being read. The ranges changed meanwhile are kept beside it: {@link ChangedRanges}. */
sealed interface Window {

    /** Nothing is being read. */
    record None() implements Window {}

    /**
     * A range is being read.
     *
     * @param copyId copy that reads
     * @param windowId number of the window in the copy
     * @param start first file offset read; changes from there on pass and are remembered
     * @param end file offset after the last that may be read
     * @param sizeFold what the window's changes did to the size
     */
    record Open(long copyId, long windowId, long start, long end, SizeFold sizeFold) implements Window {
        Open withSizeFold(SizeFold fold) {
            return new Open(copyId, windowId, start, end, fold);
        }
    }

    /**
     * Something is being read that nobody needs any more: the file is gone, or begun anew.
     *
     * @param copyId copy that reads
     * @param windowId number of the window in the copy
     */
    record Unwanted(long copyId, long windowId) implements Window {}

    /** This window, of which the outcome is not wanted any more. */
    default Window voided() {
        return this instanceof Open open ? new Unwanted(open.copyId, open.windowId) : this;
    }

    /** True for the window, open or void, with these numbers. */
    default boolean is(long copyId, long windowId) {
        return (this instanceof Open open && open.copyId == copyId && open.windowId == windowId)
                || (this instanceof Unwanted gone && gone.copyId == copyId && gone.windowId == windowId);
    }
}
