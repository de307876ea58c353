package io.catchwater.bridge.control;

import io.catchwater.schemas.CommandParser;
import io.catchwater.schemas.CommandParser.Parsed;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.control.Command;
import io.catchwater.schemas.control.CommandData;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;

/**
 * What the commands topic said of a source's rate when its bridge began.
 *
 * @param bytesPerSecond by the last throttle command of the source that is still there; empty when there is none
 * @param readTo Kafka offset in each partition after the last command that was looked at
 */
public record CommandedRate(OptionalLong bytesPerSecond, Map<TopicPartition, Long> readTo) {

    private static final String THROTTLE = "throttle";

    public CommandedRate {
        readTo = Map.copyOf(readTo);
    }

    /**
     * Reads the topic from its beginning; nobody's position in it changes.
     *
     * @param clientSettings how to reach the brokers
     * @param parser used by this thread until this returns
     */
    public static CommandedRate read(String source, Map<String, Object> clientSettings, CommandParser parser) {
        OptionalLong[] last = {OptionalLong.empty()};
        Map<TopicPartition, Long> readTo = WholeTopic.read(Topics.COMMANDS, clientSettings, each -> {
            if (source.equals(each.key()) && parser.parse(each.value()) instanceof Parsed.Valid valid) {
                OptionalLong rate = of(valid.command());
                last[0] = rate.isPresent() ? rate : last[0];
            }
        });
        return new CommandedRate(last[0], readTo);
    }

    /** The rate that a command gives the source as a whole; empty for any other command. */
    static OptionalLong of(Command command) {
        CommandData data = command.getData();
        boolean whole = command.getType().equals(THROTTLE) && data.getTarget() == null;
        Long rate = whole ? data.getThrottle() : null;
        return rate == null || rate < -1 ? OptionalLong.empty() : OptionalLong.of(rate);
    }

    /** True when a command had been looked at. */
    boolean covers(TopicPartition partition, long kafkaOffset) {
        return kafkaOffset < readTo.getOrDefault(partition, 0L);
    }
}
