package io.catchwater.stream;

import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.event.CopyBegun;
import io.catchwater.schemas.event.Event;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.operation.Operation;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Turns the events of a partition into operations. One for each partition, used by the thread of its task.
 *
 * <p>While the names of a listing are being sent, page by page, records that come wait in a state store.
 */
final class EventProcessor extends ContextualProcessor<String, Event, String, RoutedOperation> {

    static final String PARTITION_STORE = "partition";
    static final String FILES_STORE = "files";
    static final String CHANGES_STORE = "changes";
    static final String LISTING_STORE = "listing";
    static final String DEFERRED_STORE = "deferred";

    /** Names, or records that had waited, between two moments at which a transaction may end. */
    static final int PAGE = 4000;

    /** The only key of the partition store. */
    private static final String PROGRESS = "progress";

    /** Key of records about names, as the bridge has it. */
    private static final String NAMES_KEY = "names";

    /** How soon the next page follows. */
    private static final Duration PAGE_INTERVAL = Duration.ofMillis(5);

    private final boolean windowRule;
    private final int page;
    private KeyValueStore<String, PartitionProgress> partition;
    private KeyValueStore<Long, Event> deferred;
    private FileEvents fileEvents;
    private NameEvents nameEvents;

    EventProcessor(boolean windowRule, int page) {
        this.windowRule = windowRule;
        this.page = page;
    }

    @Override
    public void init(ProcessorContext<String, RoutedOperation> context) {
        super.init(context);
        partition = context.getStateStore(PARTITION_STORE);
        deferred = context.getStateStore(DEFERRED_STORE);
        ChangedRanges changes = new ChangedRanges(context.getStateStore(CHANGES_STORE), ChangedRanges.LIMIT);
        fileEvents = new FileEvents(context.getStateStore(FILES_STORE), changes, windowRule);
        nameEvents = new NameEvents(context.getStateStore(LISTING_STORE));
        context.schedule(PAGE_INTERVAL, PunctuationType.WALL_CLOCK_TIME, this::catchUp);
    }

    @Override
    public void process(Record<String, Event> record) {
        Event event = record.value();
        if (event == null) {
            throw new StreamsException("a record without a value");
        }
        PartitionProgress progress = progress();
        if (progress.isBehind()) {
            deferred.put(progress.deferredTo(), event);
            keep(progress.withDeferred(progress.deferredFrom(), progress.deferredTo() + 1));
        } else {
            keep(take(event, record.key(), record.timestamp(), progress));
        }
    }

    private void catchUp(long now) {
        PartitionProgress progress = progress();
        if (progress.listing().isSending()) {
            long lsn = progress.lastLsn();
            long timeNs = nameEvents.closedAtNs(progress.listing());
            keep(progress.withListing(
                    nameEvents.sendPage(progress.listing(), page, body -> send(lsn, timeNs, body, NAMES_KEY, now))));
            return;
        }
        for (int i = 0;
                i < page && progress.hasDeferred() && !progress.listing().isSending();
                i++) {
            long first = progress.deferredFrom();
            Event event = deferred.delete(first);
            PartitionProgress next = progress.withDeferred(first + 1, progress.deferredTo());
            progress = take(event, NAMES_KEY, now, next);
            keep(progress);
        }
    }

    private PartitionProgress progress() {
        return Optional.ofNullable(partition.get(PROGRESS)).orElse(PartitionProgress.NONE);
    }

    private void keep(PartitionProgress progress) {
        partition.put(PROGRESS, progress);
    }

    private PartitionProgress take(Event event, String key, long timestamp, PartitionProgress before) {
        return switch (before.judge(event)) {
            case KNOWN -> before;
            case TOO_LATE ->
                throw new StreamsException("LSN " + Lsn.format(event.getLsn()) + " of "
                        + event.getBody().getClass().getSimpleName() + " came after " + Lsn.format(before.lastLsn()));
            case IN_ORDER -> {
                PartitionProgress after = before.after(event);
                yield dispatch(event, after, body -> send(after.lastLsn(), event.getTimeNs(), body, key, timestamp));
            }
        };
    }

    private PartitionProgress dispatch(Event event, PartitionProgress progress, Consumer<SpecificRecord> output) {
        Object body = event.getBody();
        Optional<FileId> file = FileEvents.file(body);
        if (file.isPresent()) {
            fileEvents.take(file.get(), body, progress.baseCopyId()).forEach(output);
            return progress;
        }
        if (NameEvents.handles(body)) {
            return nameEvents.take(event, progress, output);
        }
        output.accept((SpecificRecord) body);
        if (body instanceof CopyBegun copy && copy.getBase()) {
            fileEvents.clear();
            return progress.withBase(copy.getCopyId());
        }
        return progress;
    }

    private void send(long lsn, long timeNs, SpecificRecord body, String key, long timestamp) {
        int here = context().taskId().partition();
        RoutedOperation routed = new RoutedOperation(here, new Operation(lsn, timeNs, body));
        context().forward(new Record<>(key, routed, timestamp));
    }
}
