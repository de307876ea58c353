package io.catchwater.pipeline.oracle;

import java.nio.ByteBuffer;

/** What operations write: cells of 16 bytes at multiples of 16, each the id of its operation and its own offset. */
final class Cells {

    static final int BYTES = 16;

    /** No byte differs. */
    static final long SAME = -1;

    private Cells() {}

    /** The byte that an operation writes at an offset. */
    static byte expected(long id, long offset) {
        long inside = offset & (BYTES - 1);
        long word = inside < 8 ? id : offset - inside;
        return (byte) (word >>> (8 * (inside & 7)));
    }

    /** First offset in [start, end) where the content is not what the operation writes there, or {@link #SAME}. */
    static long differs(ByteBuffer content, long start, long end, long id) {
        long at = start;
        while (at < end) {
            if ((at & 7) == 0 && at + 8 <= end) {
                long word = (at & 8) == 0 ? id : at - 8;
                if (content.getLong((int) at) == word) {
                    at += 8;
                    continue;
                }
            }
            if (content.get((int) at) != expected(id, at)) {
                return at;
            }
            at++;
        }
        return SAME;
    }

    /** First offset in [start, end) that is not zero, or {@link #SAME}. */
    static long notZero(ByteBuffer content, long start, long end) {
        long at = start;
        while (at < end) {
            if ((at & 7) == 0 && at + 8 <= end && content.getLong((int) at) == 0) {
                at += 8;
            } else if (content.get((int) at) != 0) {
                return at;
            } else {
                at++;
            }
        }
        return SAME;
    }

    /** The number of the shared file that content belongs to, or 0 when it does not begin as one. */
    static int sharedFile(ByteBuffer content) {
        if (content.capacity() < BYTES || content.getLong(8) != 0) {
            return 0;
        }
        long id = content.getLong(0);
        return Op.threadOf(id) + 1 == Layout.PREPARED_THREAD ? (int) Op.numberOf(id) : 0;
    }
}
