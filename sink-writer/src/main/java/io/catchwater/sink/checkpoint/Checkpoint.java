package io.catchwater.sink.checkpoint;

import io.catchwater.schemas.UncoveredFacts;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.event.UncoveredKind;
import io.catchwater.sink.cut.CutLedger;
import io.catchwater.sink.cut.SavedUncovered;
import io.catchwater.sink.merge.OrderedMerge;
import io.catchwater.sink.replica.Barrier;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How far a replica is. Everything that it says is applied was on disk before it was written.
 *
 * @param formatVersion {@link #FORMAT_VERSION}
 * @param number one more than that of the checkpoint before
 * @param source the replica is of
 * @param clusterId of the Kafka cluster that the offsets belong to
 * @param topicId of the ordered topic that the offsets belong to
 * @param replicaInode of the replica's root directory
 * @param clean true when the sink was closed: nothing after the checkpoint has been applied
 * @param appliedLsn all records up to it are applied
 * @param appliedTimeNs time of the newest record applied
 * @param knownTimeNs when the stream was last known to be complete up to the partitions' watermarks
 * @param partitions where to go on in each partition
 * @param awaitingBase per partition: nothing counts before the base copy begins there
 * @param ledger what is open
 * @param pendingCuts cuts asked for, in order
 * @param cutTarget where the first of them falls, as the seeker keeps it
 * @param newSinceBase ids of files made since the base copy began that is open
 * @param uncovered what may have changed unseen as earlier versions said it: one line each
 * @param unseen what may have changed unseen; null from earlier versions
 * @param intent of an operation that comes next and cannot be applied twice, or null
 */
public record Checkpoint(
        int formatVersion,
        long number,
        String source,
        String clusterId,
        String topicId,
        long replicaInode,
        boolean clean,
        long appliedLsn,
        long appliedTimeNs,
        long knownTimeNs,
        List<OrderedMerge.Start> partitions,
        List<Boolean> awaitingBase,
        CutLedger.State ledger,
        List<PendingCut> pendingCuts,
        long cutTarget,
        Set<String> newSinceBase,
        List<String> uncovered,
        List<SavedUncovered> unseen,
        Barrier.Intent intent) {

    /** A checkpoint of another format is not read. */
    public static final int FORMAT_VERSION = 1;

    /** What may have changed unseen. */
    public List<Uncovered> facts() {
        Stream<Uncovered> lines = uncovered.stream().map(line -> UncoveredFacts.ofSource(UncoveredKind.OTHER, line));
        Stream<Uncovered> typed =
                unseen == null ? Stream.empty() : unseen.stream().map(SavedUncovered::fact);
        return Stream.concat(lines, typed).toList();
    }

    /**
     * A cut asked for in the stream.
     *
     * @param commandId of the command
     * @param requestedLsn at which it was asked for
     */
    public record PendingCut(String commandId, long requestedLsn) {}
}
