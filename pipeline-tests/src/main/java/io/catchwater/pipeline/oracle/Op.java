package io.catchwater.pipeline.oracle;

/**
 * One operation from a thread's log.
 *
 * @param thread that did it, over all processes
 * @param index in the thread's log, from 0
 * @param begin mark taken before the call
 * @param end mark taken after the call returned; {@link #NEVER} when it did not return
 * @param error errno, 0 for success
 * @param file number of the file concerned, 0 for none
 * @param mode permissions given by CREATE, MKDIR, CHMOD
 * @param offset first file offset written; of APPEND 0
 * @param length bytes written; of TRUNCATE the new size
 * @param path relative to the directory, empty when the call had a descriptor
 * @param newPath second path; of SYMLINK what it points to
 * @param call of libc, for a reader
 */
public record Op(
        int thread,
        int index,
        Kind kind,
        long begin,
        long end,
        int error,
        int file,
        int mode,
        long offset,
        long length,
        String path,
        String newPath,
        String call) {

    /** End of an operation that has not returned: it may or may not have happened. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final int INDEX_BITS = 40;

    /** What the cells that it writes carry. */
    public long id() {
        return id(thread + 1, index + 1);
    }

    static long id(long thread, long number) {
        return thread << INDEX_BITS | number;
    }

    static int threadOf(long id) {
        return (int) (id >>> INDEX_BITS) - 1;
    }

    static long numberOf(long id) {
        return id & ((1L << INDEX_BITS) - 1);
    }

    /** False when it failed, and so changed nothing. */
    public boolean hasEffect() {
        return error == 0;
    }

    /** True when this had returned before the other began: every order has to keep that. */
    public boolean returnedBefore(Op other) {
        return end < other.begin;
    }

    /** File offset after the last byte written. */
    public long limit() {
        return offset + length;
    }

    /** By place in the logs: operations of one history are compared often. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Op op && op.thread == thread && op.index == index;
    }

    @Override
    public int hashCode() {
        return 31 * thread + index;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder()
                .append(kind)
                .append(' ')
                .append(thread)
                .append('#')
                .append(index + 1);
        if (!call.isEmpty()) {
            text.append(' ').append(call);
        }
        if (file != 0) {
            text.append(" file ").append(file);
        }
        switch (kind) {
            case WRITE ->
                text.append(" [").append(offset).append(", ").append(limit()).append(')');
            case APPEND -> text.append(' ').append(length).append(" bytes");
            case TRUNCATE -> text.append(" to ").append(length);
            default -> text.append(' ').append(path).append(newPath.isEmpty() ? "" : " -> " + newPath);
        }
        text.append(" at (")
                .append(begin)
                .append(", ")
                .append(end == NEVER ? "never" : end)
                .append(')');
        return error == 0 ? text.toString() : text + " errno " + error;
    }
}
