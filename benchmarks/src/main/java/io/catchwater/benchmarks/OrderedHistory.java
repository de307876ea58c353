package io.catchwater.benchmarks;

import io.catchwater.schemas.Topics;
import io.catchwater.schemas.event.CopyBegun;
import io.catchwater.schemas.event.CopyEnded;
import io.catchwater.schemas.event.CutRequested;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.operation.Operation;
import io.catchwater.schemas.operation.PlaceChunk;
import io.catchwater.sink.cut.CutLedger;
import io.catchwater.sink.intake.KafkaAccess;
import io.catchwater.sink.intake.OperationIntake;
import io.catchwater.sink.intake.RecordReader;
import io.catchwater.sink.merge.OrderedMerge;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/** What the ordered stream of a source says of its moments: when a cut could fall, and when none could. */
final class OrderedHistory {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final long BUFFER_BYTES = 64L << 20;

    private final List<Hole> holes = new ArrayList<>();
    private final List<Hole> baseCopies = new ArrayList<>();
    private final Map<String, Integer> reasons = new HashMap<>();
    private long changes;

    /** The wall clock of the newest change so far. */
    private long clockNs;

    private long closedNs;

    /**
     * A time in which no moment can be restored, by the clock of the changes; nanoseconds since 1970.
     *
     * @param fromNs the last change before it
     * @param toNs the last change in it
     */
    record Hole(long fromNs, long toNs) {

        /** What of it lies between two times. */
        long within(long beginNs, long endNs) {
            return Math.max(0, Math.min(toNs, endNs) - Math.max(fromNs, beginNs));
        }
    }

    private OrderedHistory() {}

    /** Reads all that is there now. */
    static OrderedHistory read(KafkaAccess kafka, String source) throws IOException {
        OrderedHistory history = new OrderedHistory();
        Consumer<byte[], byte[]> consumer = kafka.consumer();
        List<TopicPartition> partitions = consumer.partitionsFor(Topics.ordered(source)).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .sorted(java.util.Comparator.comparingInt(TopicPartition::partition))
                .toList();
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
        OperationIntake.Start start =
                OperationIntake.from(partitions.stream().map(begins::get).collect(Collectors.toList()));
        RecordReader<Operation> reader =
                new RecordReader<>(kafka.serialization().deserializer(Operation.class));
        try (OperationIntake intake =
                new OperationIntake(consumer, reader, source, start, BUFFER_BYTES, OptionalInt.empty())) {
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            BooleanSupplier all = () -> partitions.stream().allMatch(each -> consumer.position(each) >= ends.get(each));
            history.follow(intake, all, new CutLedger(partitions.size(), CutLedger.State.BEGINNING));
        }
        return history;
    }

    private void follow(OperationIntake intake, BooleanSupplier hasReadAll, CutLedger ledger) throws IOException {
        while (true) {
            boolean all = hasReadAll.getAsBoolean();
            OrderedMerge.Entry<Operation> entry = intake.merge().peek(Long.MAX_VALUE);
            while (entry != null) {
                take(entry, ledger);
                intake.merge().remove(entry);
                entry = intake.merge().peek(Long.MAX_VALUE);
            }
            if (all) {
                return;
            }
            intake.poll(POLL);
        }
    }

    private void take(OrderedMerge.Entry<Operation> entry, CutLedger ledger) {
        Operation operation = entry.item();
        Object body = operation.getBody();
        if (isChange(body)) {
            changes++;
            clockNs = Math.max(clockNs, operation.getTimeNs());
        }
        boolean before = !ledger.isCopyOpen();
        ledger.applied(entry.partition(), entry.kafkaOffset(), operation);
        boolean after = !ledger.isCopyOpen();
        if (before && !after) {
            closedNs = clockNs;
        } else if (!before && after && closedNs > 0) {
            holes.add(new Hole(closedNs, clockNs));
        }
        if (entry.partition() == Topics.NAMES_PARTITION && body instanceof CopyBegun begun) {
            reasons.merge(begun.getReason(), 1, Integer::sum);
            if (begun.getBase()) {
                baseCopies.add(new Hole(operation.getTimeNs(), 0));
            }
        } else if (entry.partition() == Topics.NAMES_PARTITION
                && body instanceof CopyEnded ended
                && ended.getBase()
                && !baseCopies.isEmpty()) {
            Hole last = baseCopies.remove(baseCopies.size() - 1);
            baseCopies.add(new Hole(last.fromNs(), operation.getTimeNs()));
        }
    }

    /** What the bridge adds of its own has the time at which it was sent. */
    private static boolean isChange(Object body) {
        return !(body instanceof CopyBegun
                || body instanceof CopyEnded
                || body instanceof CutRequested
                || body instanceof Uncovered
                || body instanceof PlaceChunk);
    }

    /** When the first base copy ended, by the bridge's clock. */
    long baseEndedNs() {
        return baseCopies.stream()
                .mapToLong(Hole::toNs)
                .filter(ns -> ns > 0)
                .min()
                .orElseThrow();
    }

    /** Base copies that began. */
    int baseCopies() {
        return baseCopies.size();
    }

    /** How many copies began, by their reasons. */
    Map<String, Integer> reasons() {
        return Collections.unmodifiableMap(reasons);
    }

    /** Changes in the stream. */
    long changes() {
        return changes;
    }

    /** The longest hole between two times, in seconds. */
    double longestHole(long beginNs, long endNs) {
        return holes.stream()
                        .mapToLong(hole -> hole.within(beginNs, endNs))
                        .max()
                        .orElse(0)
                / 1e9;
    }

    /** How many holes touch the time between two times. */
    long holes(long beginNs, long endNs) {
        return holes.stream().filter(hole -> hole.within(beginNs, endNs) > 0).count();
    }

    /** Share of a time whose every moment can be restored, 0 to 1. */
    double restorable(long beginNs, long endNs) {
        long dark =
                holes.stream().mapToLong(hole -> hole.within(beginNs, endNs)).sum();
        return 1 - (double) dark / (endNs - beginNs);
    }
}
