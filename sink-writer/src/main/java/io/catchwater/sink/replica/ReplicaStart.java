package io.catchwater.sink.replica;

import java.util.Set;

/**
 * What a checkpoint says to a replica that goes on from it.
 *
 * @param checkpoint its number; 0 when there is none
 * @param intent of an operation that may or may not have been done, or null
 * @param againBelow operations of the partition of names below this Kafka offset may have been applied before
 * @param openCopies copies that have begun and not ended
 * @param baseOpen true when one of them is a base copy
 * @param newSinceBase ids of files made since the base copy began that is open
 * @param openFilesLimit files held open at most
 */
public record ReplicaStart(
        long checkpoint,
        Barrier.Intent intent,
        long againBelow,
        int openCopies,
        boolean baseOpen,
        Set<String> newSinceBase,
        int openFilesLimit) {

    /** For a directory to which nothing has been applied. */
    public static final ReplicaStart EMPTY =
            new ReplicaStart(0, null, 0, 0, false, Set.of(), FileStore.DEFAULT_OPEN_FILES_LIMIT);
}
