package io.catchwater.stream;

import io.catchwater.schemas.Replication;
import io.catchwater.schemas.Topics;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * All that a stream processor is told.
 *
 * @param source whose events are put in order
 * @param bootstrapServers of Kafka, as its clients take them
 * @param registryUrl of the schema registry
 * @param clientProperties further properties for Kafka's clients and the registry's (TLS, SASL); what the processor's
 *     correctness rests on cannot be overridden
 * @param stateDirectory where Kafka Streams keeps its locks; made when missing
 * @param partitions of the source's topics, at least {@link Topics#MINIMUM_PARTITIONS}
 * @param replication of topics that are made
 * @param windowRule true; false places chunks over newer changes and exists to prove that tests notice
 * @param onFault told once, from a thread of Kafka Streams, when processing has stopped for good; nothing that was
 *     in doubt has been committed
 */
public record StreamSettings(
        String source,
        String bootstrapServers,
        String registryUrl,
        Map<String, String> clientProperties,
        Path stateDirectory,
        int partitions,
        Replication replication,
        boolean windowRule,
        Consumer<Throwable> onFault) {

    /** @throws IllegalArgumentException when a value is out of its range; the message can be shown to a user */
    public StreamSettings {
        Topics.requireSourceName(source);
        requireText(bootstrapServers, "bootstrap servers");
        requireText(registryUrl, "schema registry URL");
        clientProperties = Map.copyOf(clientProperties);
        Objects.requireNonNull(stateDirectory, "stateDirectory");
        Objects.requireNonNull(replication, "replication");
        Objects.requireNonNull(onFault, "onFault");
        if (partitions < Topics.MINIMUM_PARTITIONS) {
            throw new IllegalArgumentException(
                    "partitions: " + partitions + ", at least " + Topics.MINIMUM_PARTITIONS + " are needed");
        }
    }

    private static void requireText(String value, String what) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(what + ": not given");
        }
    }
}
