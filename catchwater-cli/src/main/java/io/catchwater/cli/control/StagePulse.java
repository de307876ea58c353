package io.catchwater.cli.control;

import io.catchwater.schemas.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Whether bridge and stream processor live: both send watermarks all the time, so their topics grow as long as they do.
 * Used by one thread.
 */
public final class StagePulse implements AutoCloseable {

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);
    private static final double NS_PER_SECOND = 1e9;

    private final Admin admin;
    private final Map<String, Growth> growths = new HashMap<>();
    private String problem = "";

    /**
     * For how long nothing came, in seconds; empty while nobody can know.
     *
     * @param bridge nothing on {@code events}
     * @param stream nothing on {@code ordered}
     */
    public record Silence(OptionalDouble bridge, OptionalDouble stream) {}

    /** How long a topic has been, and since when. */
    private record Growth(long kafkaOffset, long sinceNs, boolean grew) {}

    private StagePulse(Admin admin) {
        this.admin = admin;
    }

    /** Connects; the caller closes it. */
    public static StagePulse open(Deployment deployment) {
        return new StagePulse(deployment.admin());
    }

    /**
     * Looks again.
     *
     * @param source as a record says it; what is no source's name has no stages
     */
    public Silence of(String source) {
        try {
            Topics.requireSourceName(source);
        } catch (IllegalArgumentException e) {
            return new Silence(OptionalDouble.empty(), OptionalDouble.empty());
        }
        return new Silence(silence(Topics.events(source)), silence(Topics.ordered(source)));
    }

    /** Why nothing could be seen the last time, for a reader; empty when it could. */
    public String problem() {
        return problem;
    }

    private OptionalDouble silence(String topic) {
        long nowNs = System.nanoTime();
        Long end = end(topic);
        Growth before = growths.get(topic);
        if (end != null && (before == null || end != before.kafkaOffset())) {
            growths.put(topic, new Growth(end, nowNs, before != null));
        }
        Growth now = growths.get(topic);
        boolean known = now != null && (now.grew() || nowNs - now.sinceNs() > NS_PER_SECOND);
        return known ? OptionalDouble.of((nowNs - now.sinceNs()) / NS_PER_SECOND) : OptionalDouble.empty();
    }

    /** Null when it cannot be known. */
    private Long end(String topic) {
        TopicPartition first = new TopicPartition(topic, 0);
        try {
            long end = admin.listOffsets(Map.of(first, OffsetSpec.latest()))
                    .partitionResult(first)
                    .get(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .offset();
            problem = "";
            return end;
        } catch (TimeoutException e) {
            problem = "the broker does not answer";
            return null;
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                throw e.getCause() instanceof KafkaException kafka ? kafka : new KafkaException(e.getCause());
            }
            return null;
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}
