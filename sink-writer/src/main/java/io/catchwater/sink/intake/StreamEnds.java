package io.catchwater.sink.intake;

import io.catchwater.files.Errno;
import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.event.Watermark;
import io.catchwater.schemas.operation.Operation;
import io.catchwater.sink.SinkException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Where a source's ordered topic begins and ends at present.
 *
 * @param beginnings first Kafka offset of each partition
 * @param completeLsn every partition has everything up to it
 * @param timeNs of the watermark that says so, nanoseconds since 1970
 */
public record StreamEnds(List<Long> beginnings, long completeLsn, long timeNs) {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final long FIRST_LOOK_RECORDS = 64;

    /** Reads the last watermark of every partition. The consumer is assigned to other partitions afterwards. */
    public static StreamEnds read(Consumer<byte[], byte[]> consumer, RecordReader<Operation> reader, String source)
            throws IOException {
        String topic = Topics.ordered(source);
        int count = consumer.partitionsFor(topic).size();
        if (count < Topics.MINIMUM_PARTITIONS) {
            throw new SinkException(
                    SinkException.Reason.NO_SUCH_SOURCE,
                    Errno.ENOENT,
                    "no such source: '" + source + "' has no topics");
        }
        List<Long> beginnings = new ArrayList<>();
        long lsn = Long.MAX_VALUE;
        long timeNs = 0;
        for (int i = 0; i < count; i++) {
            TopicPartition partition = new TopicPartition(topic, i);
            consumer.assign(List.of(partition));
            long first = consumer.beginningOffsets(List.of(partition)).get(partition);
            beginnings.add(first);
            Operation last = lastWatermark(consumer, reader, partition, first);
            long partitionLsn = last == null ? Lsn.NONE : last.getLsn();
            if (partitionLsn < lsn) {
                lsn = partitionLsn;
                timeNs = last == null ? 0 : last.getTimeNs();
            }
        }
        return new StreamEnds(beginnings, lsn, timeNs);
    }

    /** Looks farther and farther back from the end. */
    private static Operation lastWatermark(
            Consumer<byte[], byte[]> consumer, RecordReader<Operation> reader, TopicPartition partition, long first)
            throws IOException {
        long end = consumer.endOffsets(List.of(partition)).get(partition);
        for (long back = FIRST_LOOK_RECORDS; ; back *= 4) {
            long from = Math.max(first, end - back);
            consumer.seek(partition, from);
            Operation last = null;
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    Operation operation = reader.read(record);
                    if (operation.getBody() instanceof Watermark && record.offset() < end) {
                        last = operation;
                    }
                }
            }
            if (last != null || from == first) {
                return last;
            }
        }
    }
}
