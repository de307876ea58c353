package io.catchwater.pipeline;

import io.catchwater.cli.control.Deployment;
import io.catchwater.schemas.Serialization;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.control.State;
import io.catchwater.schemas.control.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Commands as Kafka's console producer would send them, and what becomes of them. One thread. */
public final class Commands implements AutoCloseable {

    private static final Set<State> TERMINAL =
            EnumSet.of(State.COMPLETED, State.FAILED, State.REJECTED, State.CANCELLED);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final String source;
    private final KafkaProducer<String, String> producer;
    private final KafkaConsumer<String, Status> statuses;
    private final Map<String, Status> ended = new HashMap<>();

    public Commands(Deployment kafka, String source) {
        this.source = source;
        Map<String, Object> client = KafkaForTests.client(kafka);
        this.producer = new KafkaProducer<>(client, new StringSerializer(), new StringSerializer());
        this.statuses = new KafkaConsumer<>(
                client,
                new StringDeserializer(),
                new Serialization(kafka.registryUrl(), kafka.clientProperties()).deserializer(Status.class));
        List<TopicPartition> all = List.of(new TopicPartition(Topics.STATUS, 0));
        statuses.assign(all);
        statuses.seekToEnd(all);
        statuses.position(all.get(0));
    }

    /** Sends a command for a snapshot that is to be compared with the source: sockets too; returns when the broker has it. */
    public void snapshot(String id, Path destination) throws ExecutionException, InterruptedException {
        String json = "{\"id\":\"%s\",\"type\":\"snapshot\",\"data\":{\"destination\":\"%s\",\"keepRunFiles\":true}}"
                .formatted(id, destination);
        producer.send(new ProducerRecord<>(Topics.COMMANDS, source, json)).get();
    }

    /** Waits for how a command ended. */
    public Status await(String id) {
        return await(id, LIMIT).orElseThrow(() -> new IllegalStateException("command " + id + " does not end"));
    }

    /** Waits for how a command ended; empty when it has not within the limit. */
    Optional<Status> await(String id, Duration limit) {
        long until = System.nanoTime() + limit.toNanos();
        while (!ended.containsKey(id)) {
            if (System.nanoTime() > until) {
                return Optional.empty();
            }
            for (ConsumerRecord<String, Status> record : statuses.poll(POLL)) {
                if (record.value() != null && TERMINAL.contains(record.value().getState())) {
                    ended.put(record.value().getCommandId(), record.value());
                }
            }
        }
        return Optional.of(ended.get(id));
    }

    @Override
    public void close() {
        producer.close();
        statuses.close();
    }
}
