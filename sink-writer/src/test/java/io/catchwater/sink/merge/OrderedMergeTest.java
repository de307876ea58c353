package io.catchwater.sink.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class OrderedMergeTest {

    private static final long BYTES_LIMIT = 1000;
    private static final int RECORD_BYTES = 10;

    /** What a partition sends: a record, or a watermark where the item is null. */
    private record Sent(long lsn, OrderedMerge.Entry<String> entry) {}

    @Property(tries = 300)
    void anyInterleavingGivesTheTotalOrder(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int count, @ForAll @IntRange(max = 400) int records)
            throws IOException {
        Random random = new Random(seed);
        List<Deque<Sent>> partitions = partitions(random, count, records);
        List<OrderedMerge.Entry<String>> expected = partitions.stream()
                .flatMap(Deque::stream)
                .filter(sent -> sent.entry() != null)
                .map(Sent::entry)
                .sorted(Comparator.comparingLong(OrderedMerge.Entry<String>::lsn)
                        .thenComparingInt(OrderedMerge.Entry::partition)
                        .thenComparingLong(OrderedMerge.Entry::kafkaOffset))
                .toList();
        OrderedMerge<String> merge = new OrderedMerge<>(starts(count), OptionalInt.empty(), BYTES_LIMIT);
        List<OrderedMerge.Entry<String>> merged = new ArrayList<>();
        while (merged.size() < expected.size()) {
            deliverSome(random, partitions, merge);
            for (var entry = merge.peek(Long.MAX_VALUE); entry != null; entry = merge.peek(Long.MAX_VALUE)) {
                merged.add(entry);
                merge.remove(entry);
            }
            assertThat(merge.waitingBytes()).isLessThanOrEqualTo(BYTES_LIMIT + (long) count * RECORD_BYTES);
            assertApplied(merge, merged, expected);
        }
        assertThat(merged).isEqualTo(expected);
    }

    /** Whatever it says is applied, is. */
    private static void assertApplied(
            OrderedMerge<String> merge,
            List<OrderedMerge.Entry<String>> merged,
            List<OrderedMerge.Entry<String>> expected) {
        if (merged.size() < expected.size()) {
            assertThat(merge.appliedLsn())
                    .isLessThan(expected.get(merged.size()).lsn());
        }
    }

    private static List<Deque<Sent>> partitions(Random random, int count, int records) {
        List<Deque<Sent>> partitions = IntStream.range(0, count)
                .<Deque<Sent>>mapToObj(i -> new ArrayDeque<>())
                .toList();
        long[] kafkaOffsets = new long[count];
        long lsn = 1;
        for (int i = 0; i < records; i++) {
            int partition = random.nextInt(count);
            long kafkaOffset = kafkaOffsets[partition]++;
            var entry = new OrderedMerge.Entry<>(lsn, partition, kafkaOffset, RECORD_BYTES, lsn + "@" + partition);
            partitions.get(partition).add(new Sent(lsn, entry));
            if (random.nextInt(3) == 0) {
                if (random.nextBoolean()) {
                    watermark(partitions, random.nextInt(count), lsn);
                }
                lsn += 1 + random.nextInt(3);
            }
        }
        for (int i = 0; i < count; i++) {
            watermark(partitions, i, lsn);
        }
        return partitions;
    }

    private static void watermark(List<Deque<Sent>> partitions, int partition, long lsn) {
        partitions.get(partition).add(new Sent(lsn, null));
    }

    private static void deliverSome(Random random, List<Deque<Sent>> partitions, OrderedMerge<String> merge)
            throws IOException {
        for (int i = 0; i < 20; i++) {
            int partition = random.nextInt(partitions.size());
            Deque<Sent> left = partitions.get(partition);
            if (left.isEmpty() || merge.isFull(partition)) {
                continue;
            }
            Sent sent = left.remove();
            if (sent.entry() == null) {
                merge.watermark(partition, 0, sent.lsn());
            } else {
                merge.add(sent.entry());
            }
        }
    }

    private static OrderedMerge.Start[] starts(int count) {
        OrderedMerge.Start[] starts = new OrderedMerge.Start[count];
        Arrays.fill(starts, new OrderedMerge.Start(0, 0));
        return starts;
    }

    @Test
    void nothingGoesBeforeTheOthersHaveSpoken() throws IOException {
        OrderedMerge<String> merge = new OrderedMerge<>(starts(2), OptionalInt.empty(), BYTES_LIMIT);
        merge.add(new OrderedMerge.Entry<>(5, 1, 0, 1, "five"));
        assertThat(merge.peek(Long.MAX_VALUE)).isNull();
        merge.watermark(0, 0, 4);
        assertThat(merge.peek(Long.MAX_VALUE)).isNull();
        merge.watermark(0, 1, 5);
        assertThat(merge.peek(4)).isNull();
        assertThat(merge.peek(5).item()).isEqualTo("five");
        assertThat(merge.appliedLsn()).isEqualTo(4);
    }

    @Test
    void anIgnoredPartitionIsNotWaitedFor() throws IOException {
        OrderedMerge<String> merge = new OrderedMerge<>(starts(2), OptionalInt.of(0), BYTES_LIMIT);
        merge.add(new OrderedMerge.Entry<>(5, 1, 0, 1, "five"));
        assertThat(merge.peek(Long.MAX_VALUE).item()).isEqualTo("five");
    }

    @Test
    void aPartitionThatGoesBackIsAFault() throws IOException {
        OrderedMerge<String> merge = new OrderedMerge<>(starts(1), OptionalInt.empty(), BYTES_LIMIT);
        merge.watermark(0, 0, 7);
        merge.add(new OrderedMerge.Entry<>(7, 0, 1, 1, "same is allowed"));
        assertThatThrownBy(() -> merge.add(new OrderedMerge.Entry<>(6, 0, 2, 1, "lower")))
                .isInstanceOf(DisorderException.class)
                .hasMessageContaining("Kafka offset 2 of partition 0");
    }

    @Test
    void readingGoesOnAtWhatHasNotBeenRemoved() throws IOException {
        OrderedMerge<String> merge = new OrderedMerge<>(starts(1), OptionalInt.empty(), BYTES_LIMIT);
        merge.add(new OrderedMerge.Entry<>(3, 0, 0, 1, "a"));
        merge.add(new OrderedMerge.Entry<>(4, 0, 1, 1, "b"));
        merge.watermark(0, 2, 9);
        merge.remove(merge.peek(9));
        assertThat(merge.resumption(0)).isEqualTo(new OrderedMerge.Start(1, 3));
        merge.remove(merge.peek(9));
        assertThat(merge.resumption(0)).isEqualTo(new OrderedMerge.Start(3, 9));
        assertThat(merge.appliedLsn()).isEqualTo(9);
    }
}
