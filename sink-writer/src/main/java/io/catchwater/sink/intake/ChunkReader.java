package io.catchwater.sink.intake;

import io.catchwater.files.Errno;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.event.Chunk;
import io.catchwater.schemas.event.ChunkPart;
import io.catchwater.sink.SinkException;
import io.catchwater.sink.replica.ChunkSource;
import io.catchwater.sink.replica.FileKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads chunks by Kafka offset. References come nearly in the order of the chunks: each chunk is referred to once, by
 * operations that follow each other, and out of turn only among the windows that were open together. So what is read on
 * the way is kept until it has been used, and reading goes on from where it was.
 *
 * <p>Used by one thread; closes the consumer.
 */
public final class ChunkReader implements ChunkSource, AutoCloseable {

    /** Kept for references still to come, of all partitions: what a bridge has under way, and a fetch of each. */
    public static final long KEPT_BYTES_LIMIT = 48L << 20;

    /** A chunk not farther on than this is read up to; a farther one is jumped to. */
    private static final long READ_ON_RECORDS = 2000;

    private static final long NONE = -1;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(500);

    private final Consumer<byte[], byte[]> consumer;
    private final RecordReader<Chunk> reader;
    private final List<TopicPartition> topicPartitions;
    private final List<NavigableMap<Long, ConsumerRecord<byte[], byte[]>>> kept;
    private final BitSet positioned = new BitSet();
    /** By partition, the chunk used last. */
    private final long[] used;

    private long keptBytes;

    public ChunkReader(Consumer<byte[], byte[]> consumer, RecordReader<Chunk> reader, String source, int partitions) {
        this.consumer = consumer;
        this.reader = reader;
        this.topicPartitions = IntStream.range(0, partitions)
                .mapToObj(i -> new TopicPartition(Topics.chunks(source), i))
                .toList();
        this.kept = IntStream.range(0, partitions)
                .<NavigableMap<Long, ConsumerRecord<byte[], byte[]>>>mapToObj(i -> new TreeMap<>())
                .toList();
        this.used = LongStream.generate(() -> NONE).limit(partitions).toArray();
        consumer.assign(topicPartitions);
        consumer.pause(topicPartitions);
        // Paused ones are asked for a position too, and there is no rule for where one without begins.
        topicPartitions.forEach(each -> consumer.seek(each, 0));
    }

    @Override
    public ByteBuffer read(int partition, FileKey file, ChunkPart part) throws IOException {
        Chunk chunk = reader.read(record(partition, part.getKafkaOffset()));
        ByteBuffer content = chunk.getContent();
        boolean fits = FileKey.of(chunk.getFile()).equals(file)
                && part.getSkip() >= 0
                && part.getLength() >= 0
                && chunk.getFileOffset() + part.getSkip() == part.getFileOffset()
                && (long) part.getSkip() + part.getLength() <= content.remaining();
        if (!fits) {
            throw failed(partition, part.getKafkaOffset(), "is not the chunk that the operation names");
        }
        return content.slice(content.position() + part.getSkip(), part.getLength());
    }

    private ConsumerRecord<byte[], byte[]> record(int partition, long kafkaOffset) throws IOException {
        if (used[partition] != kafkaOffset) {
            forget(partition, used[partition]);
            used[partition] = kafkaOffset;
        }
        ConsumerRecord<byte[], byte[]> found = kept.get(partition).get(kafkaOffset);
        if (found != null) {
            return found;
        }
        TopicPartition topicPartition = topicPartitions.get(partition);
        long position = positioned.get(partition) ? consumer.position(topicPartition) : Long.MAX_VALUE;
        positioned.set(partition);
        if (kafkaOffset < position || kafkaOffset > position + READ_ON_RECORDS) {
            consumer.seek(topicPartition, kafkaOffset);
        }
        consumer.resume(List.of(topicPartition));
        try {
            return readUpTo(partition, kafkaOffset);
        } catch (InvalidOffsetException e) {
            throw failed(partition, kafkaOffset, "is no longer there: " + e.getMessage());
        } finally {
            consumer.pause(List.of(topicPartition));
        }
    }

    private ConsumerRecord<byte[], byte[]> readUpTo(int partition, long kafkaOffset) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            ConsumerRecord<byte[], byte[]> found = null;
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                // Taken at once: what comes with it may push it out of what is kept.
                found = record.partition() == partition && record.offset() == kafkaOffset ? record : found;
                keep(record);
            }
            if (found != null) {
                return found;
            }
            if (consumer.position(topicPartitions.get(partition)) > kafkaOffset) {
                throw failed(partition, kafkaOffset, "is no longer there");
            }
        }
        throw failed(partition, kafkaOffset, "has not come for " + PATIENCE.toSeconds() + " s");
    }

    private void keep(ConsumerRecord<byte[], byte[]> record) {
        ConsumerRecord<byte[], byte[]> again = kept.get(record.partition()).put(record.offset(), record);
        keptBytes += record.serializedValueSize() - (again == null ? 0 : again.serializedValueSize());
        while (keptBytes > KEPT_BYTES_LIMIT) {
            int largest = largest();
            if (kept.get(largest).size() <= 1) {
                return;
            }
            forget(largest, kept.get(largest).lastKey());
        }
    }

    /** The one that waits longest for its use is the farthest, and the first to go. */
    private int largest() {
        return IntStream.range(0, kept.size())
                .boxed()
                .max(Comparator.comparing(i -> kept.get(i).size()))
                .orElseThrow();
    }

    private void forget(int partition, long kafkaOffset) {
        ConsumerRecord<byte[], byte[]> forgotten = kept.get(partition).remove(kafkaOffset);
        keptBytes -= forgotten == null ? 0 : forgotten.serializedValueSize();
    }

    private SinkException failed(int partition, long kafkaOffset, String why) {
        return new SinkException(
                SinkException.Reason.FAILED,
                Errno.EIO,
                topicPartitions.get(partition) + ", Kafka offset " + kafkaOffset + ": " + why);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
