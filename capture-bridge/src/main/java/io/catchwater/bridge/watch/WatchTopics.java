package io.catchwater.bridge.watch;

import io.catchwater.schemas.Serialization;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.control.Capture;
import io.catchwater.schemas.control.CatalogEntry;
import io.catchwater.schemas.control.Gap;
import io.catchwater.schemas.control.State;
import io.catchwater.schemas.control.Status;
import java.util.List;
import java.util.concurrent.Future;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a bridge says who is captured: the status and catalog topics. One thread. */
public final class WatchTopics implements WatchReports {

    private static final Logger LOG = LoggerFactory.getLogger(WatchTopics.class);
    private static final long UNLIMITED = -1;

    private final String source;
    private final Producer<String, byte[]> producer;
    private final Serialization serialization;

    /** @param producer stays the caller's */
    public WatchTopics(String source, Producer<String, byte[]> producer, Serialization serialization) {
        this.source = source;
        this.producer = producer;
        this.serialization = serialization;
    }

    @Override
    public void gap(Gap gap) {
        send(Topics.CATALOG, source + "/gap/" + gap.getKind() + "/" + gap.getFromLsn(), new CatalogEntry(source, gap));
    }

    @Override
    public void capture(Capture capture, State state, long lsn, long timeNs) {
        Status status = Status.newBuilder()
                .setCommandId("")
                .setSource(source)
                .setState(state)
                .setPhase(state == State.RUNNING ? "capturing" : "done")
                .setPercentDone(0)
                .setBytesDone(0)
                .setBytesTotal(0)
                .setFilesDone(0)
                .setFilesTotal(0)
                .setBytesPerSecond(0)
                .setThrottle(UNLIMITED)
                .setSecondsElapsed(0)
                .setLagBytes(0)
                .setLagSeconds(0)
                .setLsn(lsn)
                .setTimeNs(timeNs)
                .setPath("")
                .setErrorCode(0)
                .setErrorString("")
                .setUncovered(List.of())
                .setUnseen(List.of())
                .setCapture(capture)
                .build();
        send(Topics.STATUS, Topics.bridgeStatusKey(source), status);
    }

    /** What is lost is said again with the next status; a bridge that can't reach Kafka ends for other reasons. */
    private <T extends SpecificRecord> void send(String topic, String key, T record) {
        try {
            byte[] value = serialization.<T>serializer().serialize(topic, record);
            Future<RecordMetadata> sent =
                    producer.send(new ProducerRecord<>(topic, key, value), (metadata, failure) -> {
                        if (failure != null) {
                            LOG.warn("{} was not published: {}", key, failure.getMessage());
                        }
                    });
            LOG.trace("{} is on its way: {}", key, sent);
        } catch (KafkaException e) {
            LOG.warn("{} was not published: {}", key, e.getMessage());
        }
    }
}
