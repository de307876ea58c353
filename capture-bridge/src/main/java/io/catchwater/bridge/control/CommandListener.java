package io.catchwater.bridge.control;

import io.catchwater.schemas.CommandParser;
import io.catchwater.schemas.CommandParser.Parsed;
import io.catchwater.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the commands topic in a thread of its own and asks for a cut for each snapshot of this source. Who answers a
 * command is the sink: everything else is left to it, what can't be read too.
 *
 * <p>A command counts as read when its cut is in the log; one that is read twice is one cut downstream.
 */
public final class CommandListener implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CommandListener.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final long STOP_MS = 10_000;

    private final String source;
    private final CommandParser parser;
    private final Function<String, CompletableFuture<Long>> requestCut;
    private final Consumer<Throwable> onFailure;
    private final KafkaConsumer<String, byte[]> consumer;
    private final Thread thread;
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();

    /**
     * Starts to listen.
     *
     * @param clientSettings how to reach the brokers
     * @param parser for this listener alone
     * @param requestCut asks for a cut by a command's id; the answer says that it is in the log
     * @param onFailure called when listening has ended with an error
     */
    public CommandListener(
            String source,
            Map<String, Object> clientSettings,
            CommandParser parser,
            Function<String, CompletableFuture<Long>> requestCut,
            Consumer<Throwable> onFailure) {
        this.source = source;
        this.parser = parser;
        this.requestCut = requestCut;
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
            while (!stopped.isDone()) {
                take(consumer.poll(POLL));
            }
        } catch (WakeupException | InterruptedException e) {
            LOG.debug("stops listening for commands");
        } catch (ExecutionException | RuntimeException e) {
            if (!stopped.isDone()) {
                onFailure.accept(e);
            }
        }
    }

    private void take(ConsumerRecords<String, byte[]> records) throws ExecutionException, InterruptedException {
        List<CompletableFuture<Long>> cuts = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> command : records) {
            if (source.equals(command.key())
                    && parser.parse(command.value()) instanceof Parsed.Valid valid
                    && valid.command().getType().equals("snapshot")) {
                cuts.add(requestCut.apply(valid.command().getId()));
            }
        }
        CompletableFuture<Void> all = CompletableFuture.allOf(cuts.toArray(CompletableFuture[]::new));
        CompletableFuture.anyOf(all, stopped).get();
        if (!records.isEmpty() && all.isDone()) {
            consumer.commitSync();
        }
    }

    @Override
    public void close() {
        stopped.complete(null);
        consumer.wakeup();
        try {
            thread.join(STOP_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
