package io.catchwater.bridge.control;

import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.Serialization;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.control.CatalogEntry;
import io.catchwater.schemas.control.RingBegun;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Numbers the rings of a source, by what the catalog says. One bridge at a time for a source. */
public final class Incarnations {

    private final String source;
    private final Serialization serialization;

    /** @param serialization of the catalog's records */
    public Incarnations(String source, Serialization serialization) {
        this.source = source;
        this.serialization = serialization;
    }

    /**
     * Begins the next ring: it is in the catalog when this returns.
     *
     * @param consumerSettings how to reach the brokers
     * @throws ExecutionException when the catalog does not take it
     * @throws IllegalStateException when the source has had all rings that fit into an LSN
     */
    public long next(Map<String, Object> consumerSettings, Producer<String, byte[]> producer, List<Path> directories)
            throws ExecutionException, InterruptedException {
        long incarnation = 1 + highest(consumerSettings);
        if (incarnation > Lsn.INCARNATION_LIMIT) {
            throw new IllegalStateException("source " + source + " has had " + Lsn.INCARNATION_LIMIT + " rings");
        }
        Instant now = Instant.now();
        RingBegun begun = new RingBegun(
                incarnation,
                directories.stream().map(Path::toString).toList(),
                now.getEpochSecond() * 1_000_000_000L + now.getNano());
        byte[] value =
                serialization.<CatalogEntry>serializer().serialize(Topics.CATALOG, new CatalogEntry(source, begun));
        producer.send(new ProducerRecord<>(Topics.CATALOG, key(incarnation), value))
                .get();
        return incarnation;
    }

    /** Of the keys alone: a value that can't be read must not make a number come twice. */
    private long highest(Map<String, Object> consumerSettings) {
        long[] highest = {0};
        WholeTopic.read(
                Topics.CATALOG, consumerSettings, each -> highest[0] = Math.max(highest[0], incarnation(each.key())));
        return highest[0];
    }

    private String key(long incarnation) {
        return String.format(Locale.ROOT, "%s/ring/%d", source, incarnation);
    }

    private long incarnation(String key) {
        String prefix = source + "/ring/";
        if (key == null
                || !key.startsWith(prefix)
                || !key.substring(prefix.length()).matches("[0-9]{1,5}")) {
            return 0;
        }
        return Long.parseLong(key.substring(prefix.length()));
    }
}
