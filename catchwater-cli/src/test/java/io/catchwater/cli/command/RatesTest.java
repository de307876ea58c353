package io.catchwater.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

final class RatesTest {

    @ParameterizedTest
    @CsvSource({
        "1000000, 1000000",
        "10MB/s, 10000000",
        "10 MB/s, 10000000",
        "1.5GiB/s, 1610612736",
        "64kB, 64000",
        "0, 0",
        "none, -1",
        "18446744073709551615, -1"
    })
    void readsTheFormsOfTheContract(String text, long bytesPerSecond) {
        assertThat(new Rates().convert(text)).isEqualTo(bytesPerSecond);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "fast", "-1", "10 MB/min", "1e6", "999999999999999999TB"})
    void refusesOthers(String text) {
        assertThatThrownBy(() -> new Rates().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("not a rate");
    }

    @Test
    void readsDurations() {
        assertThat(new Durations().convert("90")).isEqualTo(Duration.ofSeconds(90));
        assertThat(new Durations().convert("500ms")).isEqualTo(Duration.ofMillis(500));
        assertThat(new Durations().convert("2h")).isEqualTo(Duration.ofHours(2));
        assertThatThrownBy(() -> new Durations().convert("soon")).isInstanceOf(TypeConversionException.class);
    }
}
