package io.catchwater.sink.control;

import io.catchwater.files.Errno;
import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.control.BaseComplete;
import io.catchwater.schemas.control.CatalogEntry;
import io.catchwater.schemas.control.LastError;
import io.catchwater.schemas.control.SnapshotSealed;
import io.catchwater.schemas.control.State;
import io.catchwater.schemas.control.Status;
import io.catchwater.sink.SinkException;
import io.catchwater.sink.cut.CutLedger.BaseCopy;
import io.catchwater.sink.cut.CutLedger.Note;
import io.catchwater.sink.cut.CutLedger.Opening;
import io.catchwater.sink.intake.KnownEnd;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the sink tells the world: records of the status and catalog topics. Any thread may call; what is about bases
 * belongs to the applying thread alone.
 */
public final class Announcements implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Announcements.class);

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);

    private final Producer<String, SpecificRecord> producer;
    private final String source;
    private final Map<Long, BaseComplete> bases = new TreeMap<>();
    private final GapLedger gaps;
    private volatile LastError lastError;

    /** @param catalog what was known when the sink started */
    public Announcements(Producer<String, SpecificRecord> producer, String source, Catalog catalog) {
        this.producer = producer;
        this.source = source;
        this.gaps = new GapLedger(
                source,
                catalog.gaps(),
                (key, gap) -> publish(Topics.CATALOG, key, gap == null ? null : new CatalogEntry(source, gap)));
        catalog.bases().forEach(base -> bases.put(base.getCopyId(), base));
    }

    /** Progress: when it is lost, the next one says more. */
    public void progress(Status status) {
        Future<RecordMetadata> sent =
                producer.send(new ProducerRecord<>(Topics.STATUS, keyOf(status), status), (metadata, failure) -> {
                    if (failure != null) {
                        LOG.warn("a status of {} was not published: {}", keyOf(status), failure.getMessage());
                    }
                });
        LOG.trace("status {} is on its way: {}", keyOf(status), sent);
    }

    /** Something that must not be lost; it is in the topic when this returns. */
    public void outcome(Status status) throws IOException {
        noteError(status);
        publish(Topics.STATUS, keyOf(status), status);
    }

    /** How far the source is; what went wrong last is added. */
    public void ofSource(Status status) {
        noteError(status);
        status.setLastError(lastError);
        progress(status);
    }

    /** What had gone wrong when the sink started; null when nothing had. */
    void remember(LastError error) {
        lastError = error;
    }

    private void noteError(Status status) {
        boolean failed = status.getState() == State.FAILED || status.getState() == State.REJECTED;
        if (failed && status.getSource().equals(source)) {
            lastError = new LastError(
                    status.getCommandId(), status.getErrorCode(), status.getErrorString(), status.getTimeNs());
        }
    }

    private static String keyOf(Status status) {
        return status.getCommandId().isEmpty() ? Topics.statusKey(status.getSource()) : status.getCommandId();
    }

    /** A snapshot is on disk. */
    public void sealed(SnapshotSealed snapshot) throws IOException {
        publish(Topics.CATALOG, source + "/snapshot/" + snapshot.getId(), new CatalogEntry(source, snapshot));
    }

    /**
     * A base copy has begun: what could be restored before it has its end.
     *
     * @param timeNs at which it began
     * @param before how far the ring before was complete
     * @param opening since when no cut has fallen
     */
    public void baseBegun(Note.BaseBegun begun, long timeNs, KnownEnd.Point before, Optional<Opening> opening)
            throws IOException {
        BaseCopy copy = begun.copy();
        for (BaseComplete base : bases.values()) {
            if (base.getToLsn() == 0 && base.getCopyId() < copy.copyId()) {
                boolean sameRing = Lsn.incarnation(base.getCopyId()) == Lsn.incarnation(copy.copyId());
                KnownEnd.Point end = sameRing || before.lsn() == Lsn.NONE
                        ? new KnownEnd.Point(copy.gapFromLsn() - 1, timeNs)
                        : before;
                KnownEnd.Point lastCut = opening.filter(open -> open.lastCut() < end.lsn())
                        .map(open -> new KnownEnd.Point(open.lastCut(), open.timeNs()))
                        .orElse(end);
                gaps.between(base, lastCut, copy, begun.reason());
                base.setToLsn(end.lsn());
                publish(base);
            }
        }
    }

    /** A base copy is complete; said once. */
    public void baseEnded(BaseCopy copy) throws IOException {
        gaps.ended(copy);
        if (!bases.containsKey(copy.copyId())) {
            BaseComplete base =
                    new BaseComplete(copy.copyId(), copy.endLsn(), copy.endTimeNs(), copy.kafkaOffsets(), 0L);
            bases.put(copy.copyId(), base);
            publish(base);
        }
    }

    /** Gaps in what can be restored. */
    public GapLedger gaps() {
        return gaps;
    }

    private void publish(BaseComplete base) throws IOException {
        publish(Topics.CATALOG, source + "/base/" + base.getCopyId(), new CatalogEntry(source, base));
    }

    private void publish(String topic, String key, SpecificRecord value) throws IOException {
        try {
            producer.send(new ProducerRecord<>(topic, key, value)).get();
        } catch (ExecutionException e) {
            throw new SinkException(
                    SinkException.Reason.FAILED,
                    Errno.EIO,
                    topic + " cannot be written: " + e.getCause().getMessage(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SinkException(SinkException.Reason.CANCELLED, Errno.EINTR, "interrupted", e);
        }
    }

    /** Waits for what is on its way, but not for a broker that does not answer. */
    @Override
    public void close() {
        producer.close(CLOSE_PATIENCE);
    }
}
