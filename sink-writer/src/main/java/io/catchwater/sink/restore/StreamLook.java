package io.catchwater.sink.restore;

import io.catchwater.files.Errno;
import io.catchwater.schemas.control.BaseComplete;
import io.catchwater.schemas.control.SnapshotSealed;
import io.catchwater.schemas.operation.Operation;
import io.catchwater.sink.SinkException;
import io.catchwater.sink.SinkException.Reason;
import io.catchwater.sink.control.Catalog;
import io.catchwater.sink.control.RestorableWindows;
import io.catchwater.sink.intake.KafkaAccess;
import io.catchwater.sink.intake.KnownEnd;
import io.catchwater.sink.intake.RecordReader;
import io.catchwater.sink.intake.StreamEnds;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;

/** Looks at what Kafka has of a source: its catalog, and how far its stream has come. For one thread. */
final class StreamLook {

    /** For so long a stream that is on its way to the time asked for is waited for. */
    private static final Duration ARRIVAL_LIMIT = Duration.ofSeconds(10);
    /** A stream that brings nothing for so long is not on its way. */
    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(2);

    private static final long LOOK_INTERVAL_MS = 100;
    private static final long NS_PER_MS = 1_000_000L;

    private final RestoreSettings settings;

    private StreamLook(RestoreSettings settings) {
        this.settings = settings;
    }

    /** Reads what there is of the source. */
    static MomentSearch open(RestoreSettings settings) throws IOException {
        return new StreamLook(settings).search();
    }

    private MomentSearch search() throws IOException {
        KafkaAccess kafka = settings.kafka();
        Catalog catalog = Catalog.read(kafka, settings.source());
        if (!catalog.sources().contains(settings.source())) {
            throw new SinkException(
                    Reason.NO_SUCH_SOURCE,
                    Errno.ENOENT,
                    "no such source: '" + settings.source() + "' is not in the catalog");
        }
        StreamEnds ends = ends(kafka);
        List<BaseComplete> usable = catalog.bases().stream()
                .filter(base -> isStillThere(base, ends.beginnings()))
                .toList();
        KnownEnd.Point end = new KnownEnd.Point(ends.completeLsn(), ends.timeNs());
        if (settings.point() instanceof RestorePoint.AtSnapshot snapshot) {
            // Its cut is exact whatever was not captured around it: that is in its manifest, and will be in this one.
            RestorableWindows whole = RestorableWindows.of(usable, List.of(), end);
            RestorePoint cut = new RestorePoint.AtLsn(cutOf(snapshot.id(), catalog));
            return new MomentSearch(cut, end, new MomentChoice(whole, false));
        }
        RestorableWindows windows = RestorableWindows.of(usable, catalog.gaps(), end);
        return new MomentSearch(settings.point(), end, new MomentChoice(windows, settings.nearest()));
    }

    private static boolean isStillThere(BaseComplete base, List<Long> beginnings) {
        List<Long> offsets = base.getOrderedOffsets();
        return offsets.size() == beginnings.size()
                && IntStream.range(0, offsets.size()).allMatch(i -> offsets.get(i) >= beginnings.get(i));
    }

    private static long cutOf(String id, Catalog catalog) throws SinkException {
        SnapshotSealed snapshot = catalog.snapshots().get(id);
        if (snapshot == null) {
            throw new SinkException(Reason.NO_SUCH_SNAPSHOT, Errno.ENOENT, "no such snapshot: '" + id + "'");
        }
        return snapshot.getLsn();
    }

    private StreamEnds ends(KafkaAccess kafka) throws IOException {
        RecordReader<Operation> reader =
                new RecordReader<>(kafka.serialization().deserializer(Operation.class));
        try (Consumer<byte[], byte[]> consumer = kafka.consumer()) {
            StreamEnds seen = StreamEnds.read(consumer, reader, settings.source());
            long beganNs = System.nanoTime();
            long movedNs = beganNs;
            while (isOnItsWay(seen) && isWithin(beganNs, ARRIVAL_LIMIT) && isWithin(movedNs, SILENCE_LIMIT)) {
                pause();
                StreamEnds next = StreamEnds.read(consumer, reader, settings.source());
                movedNs = next.timeNs() == seen.timeNs() ? movedNs : System.nanoTime();
                seen = next;
            }
            return seen;
        }
    }

    /** A moment of just now: what happened until then may not have come through yet. */
    private boolean isOnItsWay(StreamEnds seen) {
        return settings.point() instanceof RestorePoint.AtTime time
                && time.timeNs() > seen.timeNs()
                && time.timeNs() <= System.currentTimeMillis() * NS_PER_MS;
    }

    private static boolean isWithin(long sinceNs, Duration limit) {
        return System.nanoTime() - sinceNs < limit.toNanos();
    }

    private void pause() throws SinkException {
        try {
            Thread.sleep(LOOK_INTERVAL_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SinkException(Reason.CANCELLED, Errno.EINTR, "interrupted", e);
        }
        if (settings.cancelled().getAsBoolean()) {
            throw new SinkException(Reason.CANCELLED, Errno.ECANCELED, "cancelled");
        }
    }
}
