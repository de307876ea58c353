package io.catchwater.cli.control;

import io.catchwater.schemas.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
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
     * Looks again; takes at most five seconds.
     *
     * @param sources as records say them; what is no source's name has no stages
     * @return for each source
     */
    public Map<String, Silence> refresh(Collection<String> sources) {
        List<String> names = sources.stream().filter(StagePulse::isName).toList();
        List<String> topics = names.stream()
                .flatMap(name -> Stream.of(Topics.events(name), Topics.ordered(name)))
                .toList();
        read(topics);
        Map<String, Silence> silences = new HashMap<>();
        names.forEach(
                name -> silences.put(name, new Silence(silence(Topics.events(name)), silence(Topics.ordered(name)))));
        return silences;
    }

    private static boolean isName(String source) {
        try {
            Topics.requireSourceName(source);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** True when something has come to a topic since it was looked at first. */
    boolean grew(String topic) {
        Growth now = growths.get(topic);
        return now != null && now.grew();
    }

    /** Why nothing could be seen the last time, for a reader; empty when it could. */
    public String problem() {
        return problem;
    }

    private void read(List<String> topics) {
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        topics.forEach(topic -> wanted.put(new TopicPartition(topic, 0), OffsetSpec.latest()));
        ListOffsetsResult result = admin.listOffsets(wanted);
        long deadlineNs = System.nanoTime() + ANSWER_LIMIT.toNanos();
        problem = "";
        for (String topic : topics) {
            try {
                long end = result.partitionResult(new TopicPartition(topic, 0))
                        .get(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS)
                        .offset();
                note(topic, end);
            } catch (TimeoutException e) {
                problem = "the broker does not answer";
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e.getCause() instanceof KafkaException kafka ? kafka : new KafkaException(e.getCause());
                }
            }
        }
    }

    private void note(String topic, long end) {
        Growth before = growths.get(topic);
        if (before == null || end != before.kafkaOffset()) {
            growths.put(topic, new Growth(end, System.nanoTime(), before != null));
        }
    }

    private OptionalDouble silence(String topic) {
        Growth now = growths.get(topic);
        if (now == null) {
            return OptionalDouble.empty();
        }
        double seconds = (System.nanoTime() - now.sinceNs()) / NS_PER_SECOND;
        return now.grew() || seconds > 1 ? OptionalDouble.of(seconds) : OptionalDouble.empty();
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}
