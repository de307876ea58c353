package io.catchwater.stream;

import io.catchwater.schemas.Serialization;
import io.catchwater.schemas.TopicCreation;
import io.catchwater.schemas.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a source's events and writes its operations, in order and exactly once, until it is closed.
 *
 * <p>One for each source; a second one waits for the first. May be used by any thread.
 */
public final class StreamProcessor implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StreamProcessor.class);

    /** How long closing waits for the last transaction. */
    private static final Duration TOPIC_WAIT = Duration.ofSeconds(10);

    private static final long TOPIC_POLL_MS = 50;
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);

    private final KafkaStreams streams;
    private final CountDownLatch settled = new CountDownLatch(1);
    private final AtomicBoolean faulted = new AtomicBoolean();
    private final AtomicReference<Throwable> fault = new AtomicReference<>();
    private final Consumer<Throwable> onFault;

    private StreamProcessor(StreamSettings settings) {
        Properties configuration = StreamConfiguration.of(settings);
        Serialization serialization = new Serialization(settings.registryUrl(), settings.clientProperties());
        this.onFault = settings.onFault();
        this.streams = new KafkaStreams(
                OrderTopology.build(settings.source(), serialization, settings.windowRule(), EventProcessor.PAGE),
                configuration);
        streams.setUncaughtExceptionHandler(this::stop);
        streams.setStateListener((now, before) -> {
            if (now == KafkaStreams.State.RUNNING || now == KafkaStreams.State.ERROR) {
                settled.countDown();
            }
        });
    }

    /**
     * Makes the source's topics where they are missing, and begins.
     *
     * @throws IllegalStateException when Kafka refuses, or the topics have another number of partitions than the
     *     settings say; the message can be shown to a user
     * @throws InterruptedException when the thread is interrupted
     */
    public static StreamProcessor start(StreamSettings settings) throws InterruptedException {
        try (Admin admin = Admin.create(adminConfiguration(settings))) {
            TopicCreation.createMissing(admin, settings.source(), settings.partitions(), settings.replication());
            List<String> topics = List.of(Topics.events(settings.source()), Topics.ordered(settings.source()));
            for (TopicDescription topic : describe(admin, topics)) {
                requirePartitions(topic, settings.partitions());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("Kafka's topics: " + e.getCause().getMessage(), e.getCause());
        }
        StreamProcessor processor = new StreamProcessor(settings);
        processor.streams.start();
        return processor;
    }

    /** A broker may not yet know of a topic that the controller has just made. */
    private static Collection<TopicDescription> describe(Admin admin, List<String> topics)
            throws ExecutionException, InterruptedException {
        long until = System.nanoTime() + TOPIC_WAIT.toNanos();
        while (true) {
            try {
                return admin.describeTopics(topics).allTopicNames().get().values();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException) || System.nanoTime() > until) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(TOPIC_POLL_MS);
            }
        }
    }

    private static Properties adminConfiguration(StreamSettings settings) {
        Properties configuration = new Properties();
        configuration.putAll(settings.clientProperties());
        configuration.put("bootstrap.servers", settings.bootstrapServers());
        return configuration;
    }

    private static void requirePartitions(TopicDescription topic, int partitions) {
        int present = topic.partitions().size();
        if (present != partitions) {
            throw new IllegalStateException(
                    "topic " + topic.name() + " has " + present + " partitions, expected " + partitions);
        }
    }

    /**
     * Waits until partitions are assigned, their state restored, and events flow.
     *
     * @throws IllegalStateException when it has stopped, or the time is over
     * @throws InterruptedException when the thread is interrupted
     */
    public void awaitRunning(Duration limit) throws InterruptedException {
        boolean inTime = settled.await(limit.toMillis(), TimeUnit.MILLISECONDS);
        if (fault.get() != null) {
            throw new IllegalStateException(
                    "the stream processor has stopped: " + fault.get().getMessage(), fault.get());
        }
        if (!inTime || streams.state() == KafkaStreams.State.ERROR) {
            throw new IllegalStateException(
                    "the stream processor is not running after " + limit.toSeconds() + " s: " + streams.state());
        }
    }

    private StreamThreadExceptionResponse stop(Throwable cause) {
        LOG.error("The stream processor stops", cause);
        fault.compareAndSet(null, cause);
        settled.countDown();
        if (faulted.compareAndSet(false, true)) {
            onFault.accept(cause);
        }
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    /** Commits what has been processed and stops; waits at most ten seconds for it. Closing again does nothing. */
    @Override
    public void close() {
        if (!streams.close(CLOSE_WAIT)) {
            LOG.warn("The stream processor did not stop within {} s", CLOSE_WAIT.toSeconds());
        }
    }
}
