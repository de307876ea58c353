package io.catchwater.bridge.ring;

import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.ring.RingLayout;

/**
 * A change whose thread died before it was done with it: it may have been made, in part or whole, and nothing in
 * the ring says so.
 *
 * @param kind KIND_ of the change
 * @param file the file; zeros when the thread did not know it
 * @param start first file offset that may have changed
 * @param end file offset after the last, or UNBOUNDED
 * @param firstPosition ring position of the first entry of a change of several entries that now has no last; 0 none
 */
public record DeadChange(int kind, FileId file, long start, long end, long firstPosition) {

    /** True when names may have changed, not the bytes of a file. */
    public boolean concernsNames() {
        return kind != RingLayout.KIND_WRITE && kind != RingLayout.KIND_TRUNCATE && kind != RingLayout.KIND_MAPPED;
    }
}
