package io.catchwater.bridge.cut;

import io.catchwater.schemas.Topics;
import io.catchwater.schemas.control.CatalogEntry;
import io.catchwater.schemas.control.CutCommands;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;

/** Notes in the catalog what was run beside a cut. One thread. */
final class CutCommandCatalog {

    private final String source;
    private final Producer<String, byte[]> producer;
    private final Serializer<CatalogEntry> serializer;

    CutCommandCatalog(String source, Producer<String, byte[]> producer, Serializer<CatalogEntry> serializer) {
        this.source = source;
        this.producer = producer;
        this.serializer = serializer;
    }

    /**
     * Returns when it is in the catalog.
     *
     * @throws ExecutionException when the catalog does not take it
     */
    void note(CutCommands commands) throws ExecutionException, InterruptedException {
        String key = source + "/cut-commands/" + commands.getId();
        byte[] value = serializer.serialize(Topics.CATALOG, new CatalogEntry(source, commands));
        producer.send(new ProducerRecord<>(Topics.CATALOG, key, value)).get();
    }
}
