package io.catchwater.schemas;

import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.TopicConfig;

/**
 * How safe a topic's records are.
 *
 * @param replicas brokers that keep each record, at least 1
 * @param minInsync brokers that must have a record before it counts as written, 1 to {@code replicas}
 */
public record Replication(short replicas, short minInsync) {

    /** As Kafka Streams calls it. */
    public static final String FACTOR_KEY = "replication.factor";

    /** As Kafka calls it for a topic. */
    public static final String MIN_INSYNC_KEY = TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG;

    /** On one broker. */
    public static final Replication SINGLE = new Replication((short) 1, (short) 1);

    private static final int ENOUGH_REPLICAS = 3;

    /** @throws ConfigException when a number is out of its range */
    public Replication {
        requireFrom1(FACTOR_KEY, replicas, Short.MAX_VALUE);
        requireFrom1(MIN_INSYNC_KEY, minInsync, replicas);
    }

    /**
     * What a cluster's size allows, where the settings do not say.
     *
     * @param settings of which {@value #FACTOR_KEY} and {@code min.insync.replicas} count
     * @throws ConfigException when they are no numbers, or out of their range
     * @throws ExecutionException when the cluster does not tell its size
     * @throws InterruptedException when the thread is interrupted
     */
    public static Replication in(Admin admin, Map<String, String> settings)
            throws ExecutionException, InterruptedException {
        return of(admin.describeCluster().nodes().get().size(), settings);
    }

    /** Three replicas where there are as many brokers, and one of three may be away; of two, too. */
    static Replication of(int brokers, Map<String, String> settings) {
        short replicas = given(settings, FACTOR_KEY, Math.min(brokers, ENOUGH_REPLICAS));
        return new Replication(replicas, given(settings, MIN_INSYNC_KEY, Math.max(1, replicas - 1)));
    }

    private static short given(Map<String, String> settings, String key, int otherwise) {
        String text = settings.get(key);
        if (text == null) {
            return (short) otherwise;
        }
        try {
            return Short.parseShort(text.strip());
        } catch (NumberFormatException e) {
            throw new ConfigException(key, text, "must be a number");
        }
    }

    private static void requireFrom1(String key, short value, short most) {
        if (value < 1 || value > most) {
            throw new ConfigException(key, value, "must be 1 to " + most);
        }
    }
}
