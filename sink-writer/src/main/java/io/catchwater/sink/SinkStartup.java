package io.catchwater.sink;

import io.catchwater.files.Attributes;
import io.catchwater.files.Errno;
import io.catchwater.schemas.Topics;
import io.catchwater.sink.checkpoint.Checkpoint;
import io.catchwater.sink.checkpoint.CheckpointFile;
import io.catchwater.sink.control.Catalog;
import io.catchwater.sink.cut.CutLedger;
import io.catchwater.sink.cut.CutSeeker;
import io.catchwater.sink.intake.KafkaAccess;
import io.catchwater.sink.intake.OperationIntake;
import io.catchwater.sink.merge.OrderedMerge;
import io.catchwater.sink.replica.FileStore;
import io.catchwater.sink.replica.ReplicaPlace;
import io.catchwater.sink.replica.ReplicaStart;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Finds out where a sink has to begin: at its checkpoint, else at the newest base copy, else at the very beginning. */
final class SinkStartup {

    private final SinkSettings settings;
    private final ReplicaPlace place;
    private final Catalog catalog;

    SinkStartup(SinkSettings settings, ReplicaPlace place, Catalog catalog) {
        this.settings = settings;
        this.place = place;
        this.catalog = catalog;
    }

    /**
     * The checkpoint to begin with.
     *
     * @throws SinkException when the replica is of something else, or no replica
     */
    Checkpoint checkpoint(CheckpointFile file) throws IOException {
        Optional<Checkpoint> found = file.read();
        StreamIdentity stream = StreamIdentity.of(settings.kafka(), settings.source());
        if (found.isEmpty()) {
            if (!place.isEmpty()) {
                throw unusable(Errno.EEXIST, "is not empty and no replica");
            }
            return first(stream);
        }
        Checkpoint checkpoint = found.get();
        if (!checkpoint.source().equals(settings.source())) {
            throw unusable(Errno.EEXIST, "is a replica of the source '" + checkpoint.source() + "'");
        }
        if (checkpoint.replicaInode() != Attributes.status(place.root()).inode()) {
            throw unusable(
                    Errno.EEXIST,
                    "is not the directory that '" + place.sidePath()
                            + "' belongs to; to begin anew remove that, and give an empty directory");
        }
        boolean sameStream = checkpoint.clusterId().equals(stream.clusterId())
                && checkpoint.topicId().equals(stream.topicId())
                && checkpoint.partitions().size() == stream.beginnings().size();
        if (!sameStream) {
            throw unusable(Errno.EEXIST, "is a replica of another Kafka cluster, or its topics were made anew");
        }
        return checkpoint;
    }

    private Checkpoint first(StreamIdentity stream) throws IOException {
        List<Long> beginnings = catalog.openBase()
                .map(base -> base.getOrderedOffsets())
                .filter(offsets -> offsets.size() == stream.beginnings().size())
                .orElse(stream.beginnings());
        OperationIntake.Start start = OperationIntake.from(beginnings);
        return new Checkpoint(
                Checkpoint.FORMAT_VERSION,
                0,
                settings.source(),
                stream.clusterId(),
                stream.topicId(),
                Attributes.status(place.root()).inode(),
                true,
                0,
                0,
                0,
                start.partitions(),
                start.awaitingBase(),
                CutLedger.State.BEGINNING,
                List.of(),
                CutSeeker.LOOKING,
                Set.of(),
                List.of(),
                List.of(),
                null);
    }

    private SinkException unusable(int errno, String why) {
        return new SinkException(
                SinkException.Reason.DESTINATION_UNUSABLE, errno, "replica '" + settings.replica() + "' " + why);
    }

    /**
     * Which stream this is.
     *
     * @param beginnings first Kafka offset that each partition of the ordered topic holds
     */
    record StreamIdentity(String clusterId, String topicId, List<Long> beginnings) {

        static StreamIdentity of(KafkaAccess kafka, String source) throws IOException {
            String topic = Topics.ordered(source);
            try (Admin admin = kafka.admin()) {
                TopicDescription description = admin.describeTopics(List.of(topic))
                        .allTopicNames()
                        .get()
                        .get(topic);
                List<Long> beginnings = new ArrayList<>();
                for (int i = 0; i < description.partitions().size(); i++) {
                    TopicPartition partition = new TopicPartition(topic, i);
                    ListOffsetsResultInfo earliest = admin.listOffsets(Map.of(partition, OffsetSpec.earliest()))
                            .partitionResult(partition)
                            .get();
                    beginnings.add(earliest.offset());
                }
                String clusterId = admin.describeCluster().clusterId().get();
                return new StreamIdentity(clusterId, description.topicId().toString(), beginnings);
            } catch (ExecutionException e) {
                throw asSinkException(source, e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SinkException(SinkException.Reason.CANCELLED, Errno.EINTR, "interrupted", e);
            }
        }

        private static SinkException asSinkException(String source, Throwable cause) {
            if (cause instanceof UnknownTopicOrPartitionException) {
                return new SinkException(
                        SinkException.Reason.NO_SUCH_SOURCE,
                        Errno.ENOENT,
                        "no such source: '" + source + "' has no topics",
                        cause);
            }
            return new SinkException(
                    SinkException.Reason.FAILED, Errno.EIO, "Kafka does not answer: " + cause.getMessage(), cause);
        }
    }

    /** What the checkpoint says to the replica; operations of names below {@code again} may have been applied before. */
    static ReplicaStart replicaStart(Checkpoint checkpoint, long again) {
        CutLedger.State ledger = checkpoint.ledger();
        boolean baseOpen = ledger.base() != null
                && ledger.openCopies().contains(ledger.base().copyId());
        return new ReplicaStart(
                checkpoint.number(),
                checkpoint.intent(),
                again,
                ledger.openCopies().size(),
                baseOpen,
                checkpoint.newSinceBase(),
                FileStore.DEFAULT_OPEN_FILES_LIMIT);
    }

    /** Where reading goes on. */
    static OperationIntake.Start startOf(Checkpoint checkpoint) {
        List<OrderedMerge.Start> partitions = checkpoint.partitions();
        return new OperationIntake.Start(partitions, checkpoint.awaitingBase(), checkpoint.knownTimeNs());
    }
}
