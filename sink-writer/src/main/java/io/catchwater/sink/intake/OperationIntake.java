package io.catchwater.sink.intake;

import io.catchwater.files.Errno;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.event.CopyBegun;
import io.catchwater.schemas.event.Watermark;
import io.catchwater.schemas.operation.Operation;
import io.catchwater.schemas.operation.WriteBytes;
import io.catchwater.sink.SinkException;
import io.catchwater.sink.merge.OrderedMerge;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Reads all partitions of a source's ordered topic into their total order. What waits for its turn is bounded: a
 * partition that is far ahead is not read on.
 *
 * <p>Used by one thread; closes the consumer.
 */
public final class OperationIntake implements AutoCloseable {

    private static final Duration LOOK_PATIENCE = Duration.ofMillis(500);

    private final Consumer<byte[], byte[]> consumer;
    private final RecordReader<Operation> reader;
    private final List<TopicPartition> topicPartitions;
    private final OrderedMerge<Operation> merge;
    private final KnownEnd known;
    private final boolean[] awaitingBase;
    private final boolean[] suspended;
    private long lagBytes;
    private long changeBytesRead;
    private long recordsRead;
    private long recordsAhead;

    /**
     * Where to begin.
     *
     * @param partitions of the ordered topic
     * @param awaitingBase per partition: nothing counts before the base copy begins there
     * @param knownTimeNs when the watermarks were true, nanoseconds since 1970; 0 when there are none
     */
    public record Start(List<OrderedMerge.Start> partitions, List<Boolean> awaitingBase, long knownTimeNs) {}

    /**
     * @param bufferBytes that may wait, of all partitions
     * @param ignored see {@link OrderedMerge}
     * @throws SinkException when the topic no longer has what comes next, or never had it
     */
    public OperationIntake(
            Consumer<byte[], byte[]> consumer,
            RecordReader<Operation> reader,
            String source,
            Start start,
            long bufferBytes,
            OptionalInt ignored)
            throws SinkException {
        this.consumer = consumer;
        this.reader = reader;
        int count = start.partitions().size();
        this.topicPartitions = IntStream.range(0, count)
                .mapToObj(i -> new TopicPartition(Topics.ordered(source), i))
                .toList();
        this.merge = new OrderedMerge<>(start.partitions().toArray(OrderedMerge.Start[]::new), ignored, bufferBytes);
        this.known = new KnownEnd(
                start.partitions().stream().map(OrderedMerge.Start::watermark).toList(), start.knownTimeNs());
        this.awaitingBase = new boolean[count];
        this.suspended = new boolean[count];
        for (int i = 0; i < count; i++) {
            awaitingBase[i] = start.awaitingBase().get(i);
        }
        begin(start.partitions());
    }

    private void begin(List<OrderedMerge.Start> starts) throws SinkException {
        consumer.assign(topicPartitions);
        Map<TopicPartition, Long> first = consumer.beginningOffsets(topicPartitions);
        Map<TopicPartition, Long> end = consumer.endOffsets(topicPartitions);
        for (int i = 0; i < starts.size(); i++) {
            TopicPartition partition = topicPartitions.get(i);
            long wanted = starts.get(i).kafkaOffset();
            if (wanted < first.get(partition) || wanted > end.get(partition)) {
                throw new SinkException(
                        SinkException.Reason.GAP,
                        Errno.ESTALE,
                        partition + " holds Kafka offsets " + first.get(partition) + " to " + end.get(partition)
                                + ", but " + wanted + " comes next: records are missing, a new base copy is needed");
            }
            consumer.seek(partition, wanted);
        }
    }

    /**
     * Reads what there is.
     *
     * @param patience how long to wait when there is nothing
     * @return records read
     * @throws SinkException when a record cannot be read, or records are missing
     * @throws IOException when the stream is out of order
     */
    public int poll(Duration patience) throws IOException {
        suspendFull();
        int count = 0;
        try {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(patience)) {
                take(record);
                count++;
            }
        } catch (InvalidOffsetException e) {
            throw new SinkException(
                    SinkException.Reason.GAP,
                    Errno.ESTALE,
                    "records are missing in the ordered topic: " + e.getMessage(),
                    e);
        }
        return count;
    }

    private void take(ConsumerRecord<byte[], byte[]> record) throws IOException {
        Operation operation = reader.read(record);
        int partition = record.partition();
        Object body = operation.getBody();
        recordsRead++;
        recordsAhead = Math.max(0, recordsAhead - 1);
        if (body instanceof WriteBytes) {
            changeBytesRead += record.value().length;
        }
        if (body instanceof Watermark watermark) {
            merge.watermark(partition, record.offset(), operation.getLsn());
            known.complete(partition, operation.getLsn(), operation.getTimeNs());
            lagBytes = watermark.getLagBytes();
            return;
        }
        known.brought(partition, operation.getLsn(), operation.getTimeNs());
        if (awaitingBase[partition] && !(body instanceof CopyBegun begun && begun.getBase())) {
            merge.skip(partition, record.offset());
            return;
        }
        awaitingBase[partition] = false;
        merge.add(new OrderedMerge.Entry<>(
                operation.getLsn(), partition, record.offset(), record.value().length, operation));
    }

    private void suspendFull() {
        for (int i = 0; i < suspended.length; i++) {
            boolean full = merge.isFull(i);
            if (full != suspended[i]) {
                suspended[i] = full;
                List<TopicPartition> one = List.of(topicPartitions.get(i));
                if (full) {
                    consumer.pause(one);
                } else {
                    consumer.resume(one);
                }
            }
        }
    }

    /** What has been read, in order. */
    public OrderedMerge<Operation> merge() {
        return merge;
    }

    /** How far what has been read is complete. */
    public KnownEnd known() {
        return known;
    }

    /** Where the topic ends now, per partition. */
    public List<Long> endOffsets() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(topicPartitions);
        return topicPartitions.stream().map(ends::get).collect(Collectors.toList());
    }

    /** Where to go on, when everything that waits is read again. */
    public Start resumption() {
        List<OrderedMerge.Start> starts = new ArrayList<>();
        List<Boolean> awaiting = new ArrayList<>();
        for (int i = 0; i < topicPartitions.size(); i++) {
            starts.add(merge.resumption(i));
            awaiting.add(awaitingBase[i]);
        }
        return new Start(starts, awaiting, known.now().timeNs());
    }

    /** Asks Kafka how many records are there that were not read; while it does not answer, the last answer holds. */
    public void lookAhead() {
        Map<TopicPartition, Long> ends;
        try {
            ends = consumer.endOffsets(topicPartitions, LOOK_PATIENCE);
        } catch (RetriableException e) {
            return;
        }
        recordsAhead = topicPartitions.stream()
                .mapToLong(partition -> Math.max(0, ends.get(partition) - consumer.position(partition)))
                .sum();
    }

    /** Records that were there, and not read, when {@link #lookAhead} was called, less those that were read since. */
    public long recordsAhead() {
        return recordsAhead;
    }

    /** Records read so far. */
    public long recordsRead() {
        return recordsRead;
    }

    /** Bytes of the records with written bytes among those read so far. */
    public long changeBytesRead() {
        return changeBytesRead;
    }

    /**
     * Bytes captured at the source and not published yet, as the last watermark said, those that wait here, and about
     * those in between.
     */
    public long lagBytes() {
        return lagBytes + merge.waitingBytes() + recordsAhead * changeBytesRead / Math.max(1, recordsRead);
    }

    /** For a start without a checkpoint: from these Kafka offsets on, nothing counting before the base copy begins. */
    public static Start from(List<Long> kafkaOffsets) {
        return new Start(
                kafkaOffsets.stream()
                        .map(offset -> new OrderedMerge.Start(offset, 0))
                        .toList(),
                Arrays.asList(kafkaOffsets.stream().map(offset -> true).toArray(Boolean[]::new)),
                0);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
