package io.catchwater.bridge.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.schemas.control.Command;
import io.catchwater.schemas.control.CommandData;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

final class CommandedRateTest {

    private static OptionalLong of(String type, Long throttle, String target) {
        return CommandedRate.of(
                new Command("id", type, new CommandData(null, throttle, null, target, null, null, null)));
    }

    @Test
    void onlyAThrottleOfTheWholeSourceIsOne() {
        assertThat(of("throttle", 5L, null)).hasValue(5);
        assertThat(of("throttle", 0L, null)).hasValue(0);
        assertThat(of("throttle", -1L, null)).hasValue(-1);
        assertThat(of("throttle", -2L, null)).isEmpty();
        assertThat(of("throttle", null, null)).isEmpty();
        assertThat(of("throttle", 5L, "nightly")).isEmpty();
        assertThat(of("snapshot", 5L, null)).isEmpty();
    }

    @Test
    void whatWasReadAtTheBeginningIsNotObeyedAgain() {
        TopicPartition read = new TopicPartition("commands", 0);
        CommandedRate rate = new CommandedRate(OptionalLong.empty(), Map.of(read, 7L));
        assertThat(rate.covers(read, 6)).isTrue();
        assertThat(rate.covers(read, 7)).isFalse();
        assertThat(rate.covers(new TopicPartition("commands", 1), 0)).isFalse();
    }
}
