package io.catchwater.bridge.control;

import io.catchwater.schemas.CommandParser;
import io.catchwater.schemas.CommandParser.Parsed;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.control.Command;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the commands topic in a thread of its own and hands on what concerns the bridge of this source: each snapshot,
 * and each throttle without a target. Who answers a command is the sink: everything else is left to it, what can't be read
 * too.
 *
 * <p>A snapshot counts as read when its cut is in the log; one that is read twice is one cut downstream.
 */
public final class CommandListener implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CommandListener.class);
    private static final String SNAPSHOT = "snapshot";
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration POLL_WHILE_WAITING = Duration.ofMillis(50);
    private static final long STOP_MS = 10_000;

    private final String source;
    private final CommandParser parser;
    private final CommandedRate before;
    private final SourceCommands commands;
    private final Consumer<Throwable> onFailure;
    private final KafkaConsumer<String, byte[]> consumer;
    private final Thread thread;
    private final UnansweredCommands unanswered = new UnansweredCommands();
    private volatile boolean running = true;

    /**
     * Starts to listen.
     *
     * @param clientSettings how to reach the brokers
     * @param parser for this listener alone
     * @param before throttle commands that have been looked at already
     * @param commands told what to do
     * @param onFailure called when listening has ended with an error
     */
    public CommandListener(
            String source,
            Map<String, Object> clientSettings,
            CommandParser parser,
            CommandedRate before,
            SourceCommands commands,
            Consumer<Throwable> onFailure) {
        this.source = source;
        this.parser = parser;
        this.before = before;
        this.commands = commands;
        this.onFailure = onFailure;
        Map<String, Object> settings = new HashMap<>(clientSettings);
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, "catchwater-bridge-" + source);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        this.consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
        this.thread = new Thread(this::listen, "catchwater-commands-" + source);
        thread.setDaemon(true);
        thread.start();
    }

    private void listen() {
        try (consumer) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.COMMANDS).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            try {
                while (running) {
                    consumer.poll(unanswered.isEmpty() ? POLL : POLL_WHILE_WAITING)
                            .forEach(this::take);
                    commit();
                }
            } catch (WakeupException e) {
                LOG.debug("stops listening for commands");
            }
            commit();
        } catch (RuntimeException e) {
            if (running) {
                onFailure.accept(e);
            }
        }
    }

    private void take(ConsumerRecord<String, byte[]> read) {
        TopicPartition partition = new TopicPartition(read.topic(), read.partition());
        unanswered.read(partition, read.offset());
        if (!source.equals(read.key()) || !(parser.parse(read.value()) instanceof Parsed.Valid valid)) {
            return;
        }
        Command command = valid.command();
        if (command.getType().equals(SNAPSHOT)) {
            unanswered.add(partition, read.offset(), commands.snapshot(command.getId()));
        } else if (!before.covers(partition, read.offset())) {
            CommandedRate.of(command).ifPresent(commands::throttle);
        }
    }

    private void commit() {
        Map<TopicPartition, OffsetAndMetadata> moved = unanswered.toCommit();
        if (!moved.isEmpty()) {
            consumer.commitSync(moved);
        }
    }

    @Override
    public void close() {
        running = false;
        consumer.wakeup();
        try {
            thread.join(STOP_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
