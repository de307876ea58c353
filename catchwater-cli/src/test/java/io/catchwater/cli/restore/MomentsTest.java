package io.catchwater.cli.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catchwater.schemas.Lsn;
import io.catchwater.sink.restore.RestorePoint;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MomentsTest {

    private static final Instant NOW = Instant.parse("2031-04-01T12:00:00Z");

    private static RestorePoint parse(String text) {
        return Moments.parse(text, NOW, ZoneId.of("Europe/Berlin")).point();
    }

    @Test
    void readsTheFormsOfTheContract() {
        assertThat(parse("latest")).isEqualTo(new RestorePoint.Latest());
        assertThat(parse("1/2A40")).isEqualTo(new RestorePoint.AtLsn(Lsn.parse("1/2A40")));
        assertThat(parse("snapshot:nightly")).isEqualTo(new RestorePoint.AtSnapshot("nightly"));
        assertThat(parse("now")).isEqualTo(Moments.at(NOW));
        assertThat(parse("-5m")).isEqualTo(Moments.at(NOW.minusSeconds(300)));
        assertThat(parse("-1h30m")).isEqualTo(Moments.at(NOW.minusSeconds(5400)));
        assertThat(parse("10 minutes ago")).isEqualTo(Moments.at(NOW.minusSeconds(600)));
        assertThat(parse("1 Hour ago")).isEqualTo(Moments.at(NOW.minusSeconds(3600)));
        assertThat(parse("@1932811200.5")).isEqualTo(Moments.at(Instant.ofEpochSecond(1932811200L, 500_000_000L)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2031-04-01T12:00:00Z",
                "2031-04-01t12:00:00z",
                "2031-04-01T14:00:00+02:00",
                "2031-04-01T14:00:00,000000000+02:00",
                "2031-04-01 14:00:00+0200",
                "2031-04-01 14:00:00 +02:00",
                "2031-04-01 14:00:00",
                "2031-04-01T14:00",
                "@1932811200"
            })
    void readsTimesAsPeopleHaveThem(String text) {
        assertThat(parse(text)).isEqualTo(Moments.at(NOW));
    }

    @Test
    void saysHowATimeWithoutItsZoneIsTaken() {
        assertThat(Moments.parse("2031-04-01 14:00:00", NOW, ZoneId.of("Europe/Berlin"))
                        .note())
                .contains("Europe/Berlin", "2031-04-01T12:00:00Z");
        assertThat(Moments.parse("2031-04-01T12:00:00Z", NOW, ZoneId.of("Europe/Berlin"))
                        .note())
                .isEmpty();
    }

    @Test
    void aNumberMayBeTwoThings() {
        assertThatThrownBy(() -> parse("1932811200"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("@1932811200")
                .hasMessageContaining("1/2A40");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "2031-02-30", "2031-02-30T12:00:00Z", "snapshot:", "-5", "1/", "5m"})
    void refusesOthersWithAnExample(String text) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'")
                .hasMessageMatching(".*(expected|such as).*");
    }
}
