package io.catchwater.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class QuantitiesTest {

    @Test
    void givesBytesThreeDigits() {
        assertThat(Quantities.bytes(0)).isEqualTo("0 B");
        assertThat(Quantities.bytes(999)).isEqualTo("999 B");
        assertThat(Quantities.bytes(1_000)).isEqualTo("1.00 kB");
        assertThat(Quantities.bytes(12_345)).isEqualTo("12.3 kB");
        assertThat(Quantities.bytes(999_499)).isEqualTo("999 kB");
        assertThat(Quantities.bytes(999_500)).isEqualTo("1.00 MB");
        assertThat(Quantities.bytes(123_456_789)).isEqualTo("123 MB");
        assertThat(Quantities.bytes(Long.MAX_VALUE)).isEqualTo("9.22 EB");
    }

    @Test
    void givesDurationsTwoUnits() {
        assertThat(Quantities.duration(Duration.ofMillis(40))).isEqualTo("0.0 s");
        assertThat(Quantities.duration(Duration.ofMillis(1_250))).isEqualTo("1.3 s");
        assertThat(Quantities.duration(Duration.ofMillis(9_960))).isEqualTo("10 s");
        assertThat(Quantities.duration(Duration.ofSeconds(125))).isEqualTo("2 min 05 s");
        assertThat(Quantities.duration(Duration.ofMinutes(187))).isEqualTo("3 h 07 min");
        assertThat(Quantities.duration(Duration.ofHours(52))).isEqualTo("2 d 04 h");
    }

    @Test
    void dividesThousands() {
        assertThat(Quantities.count(1, "file", "files")).isEqualTo("1 file");
        assertThat(Quantities.count(2_000, "file", "files")).isEqualTo("2,000 files");
    }
}
