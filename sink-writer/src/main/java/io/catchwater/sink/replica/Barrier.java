package io.catchwater.sink.replica;

import java.io.IOException;

/**
 * Called before an operation that cannot be applied twice: moving a directory, exchanging two names. What follows it in
 * the stream names paths as they are after it, so applying must never begin again before it.
 */
public interface Barrier {

    /** For trees that are thrown away after a crash. */
    Barrier NONE = intent -> {};

    /** Returns when a checkpoint is on disk that ends just before the operation and holds the intent. */
    void before(Intent intent) throws IOException;

    /**
     * Tells after a crash whether the operation was done: the same object still has the old name, or not.
     *
     * @param kafkaOffset of the operation, in the partition of names
     * @param inode of what has the old name before it
     * @param birthNs birth time of the same
     */
    record Intent(long kafkaOffset, long inode, long birthNs) {}
}
