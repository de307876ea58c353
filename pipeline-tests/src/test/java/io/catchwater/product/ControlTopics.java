package io.catchwater.product;

import io.catchwater.cli.control.Deployment;
import io.catchwater.pipeline.KafkaForTests;
import io.catchwater.schemas.Serialization;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.control.State;
import io.catchwater.schemas.control.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Commands in JSON, and every status there was from the moment this was opened. The topics exist. One thread. */
final class ControlTopics implements AutoCloseable {

    private static final Set<State> TERMINAL =
            EnumSet.of(State.COMPLETED, State.FAILED, State.REJECTED, State.CANCELLED);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final String source;
    private final KafkaProducer<String, String> producer;
    private final KafkaConsumer<String, Status> consumer;
    private final List<Status> statuses = new ArrayList<>();

    ControlTopics(Deployment kafka, String source) {
        this.source = source;
        Map<String, Object> client = KafkaForTests.client(kafka);
        this.producer = new KafkaProducer<>(client, new StringSerializer(), new StringSerializer());
        this.consumer = new KafkaConsumer<>(
                client,
                new StringDeserializer(),
                new Serialization(kafka.registryUrl(), kafka.clientProperties()).deserializer(Status.class));
        List<TopicPartition> all = List.of(new TopicPartition(Topics.STATUS, 0));
        consumer.assign(all);
        consumer.seekToEnd(all);
        consumer.position(all.get(0));
    }

    /**
     * Sends a command; returns when the broker has it.
     *
     * @param data a field with its value
     */
    private void send(String id, String type, String data) throws Exception {
        String json = "{\"id\":\"" + id + "\",\"type\":\"" + type + "\",\"data\":{" + data + "}}";
        producer.send(new ProducerRecord<>(Topics.COMMANDS, source, json)).get();
    }

    /** Commands a snapshot. */
    void snapshot(String id, Path destination) throws Exception {
        send(id, "snapshot", "\"destination\":\"" + destination + "\"");
    }

    /** Commands a snapshot with a limit, in bytes per second. */
    void snapshot(String id, Path destination, long throttle) throws Exception {
        send(id, "snapshot", "\"destination\":\"" + destination + "\",\"throttle\":" + throttle);
    }

    /** Commands something of a snapshot. */
    void control(String id, String type, String target) throws Exception {
        send(id, type, "\"target\":\"" + target + "\"");
    }

    /** Waits for a status of a command, or of the source where the id is empty, that comes from now on. */
    Status awaitNext(String id, Predicate<Status> wanted) {
        poll(Duration.ZERO);
        return await(id, wanted, statuses.size());
    }

    /** Waits for the end of a command. */
    Status awaitEnd(String id) {
        return await(id, status -> TERMINAL.contains(status.getState()), 0);
    }

    /** The ends that a command had so far: one, if all is well. */
    List<Status> ends(String id) {
        poll(POLL);
        return statuses.stream()
                .filter(status -> isOf(status, id) && TERMINAL.contains(status.getState()))
                .toList();
    }

    private Status await(String id, Predicate<Status> wanted, int from) {
        long until = System.nanoTime() + LIMIT.toNanos();
        int looked = from;
        while (System.nanoTime() < until) {
            for (; looked < statuses.size(); looked++) {
                if (isOf(statuses.get(looked), id) && wanted.test(statuses.get(looked))) {
                    return statuses.get(looked);
                }
            }
            poll(POLL);
        }
        throw new IllegalStateException("no such status of '" + id + "'; the last: "
                + statuses.stream().filter(status -> isOf(status, id)).reduce((first, second) -> second));
    }

    private boolean isOf(Status status, String id) {
        return status.getSource().equals(source) && status.getCommandId().equals(id);
    }

    private void poll(Duration limit) {
        for (ConsumerRecord<String, Status> record : consumer.poll(limit)) {
            if (record.value() != null) {
                statuses.add(record.value());
            }
        }
    }

    @Override
    public void close() {
        producer.close();
        consumer.close();
    }
}
