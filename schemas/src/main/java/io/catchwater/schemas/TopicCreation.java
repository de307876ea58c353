package io.catchwater.schemas;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Makes the topics of a source where they are missing. Topics that exist are left as they are. */
public final class TopicCreation {

    private static final long EVENTS_KEPT_MS = 3_600_000;
    private static final long COMMANDS_KEPT_MS = 7 * 86_400_000L;
    private static final long KNOWN_PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long KNOWN_POLL_MS = 20;

    private TopicCreation() {}

    /**
     * Makes the topics that all sources share, and those of one source.
     *
     * @param partitions of events, chunks and ordered, at least {@link Topics#MINIMUM_PARTITIONS}
     * @param replication of every topic
     * @throws ExecutionException when the broker refuses; the cause says why
     * @throws InterruptedException when the thread is interrupted
     */
    public static void createMissing(Admin admin, String source, int partitions, Replication replication)
            throws ExecutionException, InterruptedException {
        Set<String> present = admin.listTopics().names().get();
        List<NewTopic> missing = topics(source, partitions, replication).stream()
                .filter(topic -> !present.contains(topic.name()))
                .toList();
        for (Map.Entry<String, KafkaFuture<Void>> made :
                admin.createTopics(missing).values().entrySet()) {
            awaitCreated(made.getValue());
        }
        awaitKnown(admin, missing.stream().map(NewTopic::name).toList());
    }

    static List<NewTopic> topics(String source, int partitions, Replication replication) {
        return List.of(
                topic(Topics.events(source), partitions, replication, kept(EVENTS_KEPT_MS)),
                topic(Topics.chunks(source), partitions, replication, kept(-1)),
                topic(Topics.ordered(source), partitions, replication, kept(-1)),
                topic(Topics.COMMANDS, 1, replication, kept(COMMANDS_KEPT_MS)),
                topic(Topics.STATUS, 1, replication, compacted()),
                topic(Topics.CATALOG, 1, replication, compacted()));
    }

    /** A broker may be asked that has not yet heard of them. */
    private static void awaitKnown(Admin admin, List<String> topics) throws ExecutionException, InterruptedException {
        long deadline = System.nanoTime() + KNOWN_PATIENCE_NS;
        while (true) {
            try {
                admin.describeTopics(topics).allTopicNames().get();
                return;
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException) || System.nanoTime() > deadline) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(KNOWN_POLL_MS);
            }
        }
    }

    private static void awaitCreated(KafkaFuture<Void> made) throws ExecutionException, InterruptedException {
        try {
            made.get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    private static NewTopic topic(String name, int partitions, Replication replication, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(Topics.RECORD_BYTES_LIMIT));
        all.put(Replication.MIN_INSYNC_KEY, String.valueOf(replication.minInsync()));
        return new NewTopic(name, partitions, replication.replicas()).configs(all);
    }

    private static Map<String, String> kept(long milliseconds) {
        return Map.of(TopicConfig.RETENTION_MS_CONFIG, String.valueOf(milliseconds));
    }

    private static Map<String, String> compacted() {
        return Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
    }
}
