package io.catchwater.cli.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catchwater.schemas.Lsn;
import io.catchwater.sink.restore.RestorePoint;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MomentsTest {

    private static final Instant NOW = Instant.parse("2031-04-01T12:00:00Z");

    @Test
    void readsTheFormsOfTheContract() {
        assertThat(Moments.parse("latest", NOW)).isEqualTo(new RestorePoint.Latest());
        assertThat(Moments.parse("1/2A40", NOW)).isEqualTo(new RestorePoint.AtLsn(Lsn.parse("1/2A40")));
        assertThat(Moments.parse("140737488366144", NOW)).isEqualTo(new RestorePoint.AtLsn(140737488366144L));
        assertThat(Moments.parse("-5m", NOW)).isEqualTo(Moments.at(NOW.minusSeconds(300)));
        assertThat(Moments.parse("2031-04-01T14:00:00+02:00", NOW)).isEqualTo(Moments.at(NOW));
        assertThat(Moments.parse("snapshot:nightly", NOW)).isEqualTo(new RestorePoint.AtSnapshot("nightly"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "2031-04-01T12:00:00", "snapshot:", "-5", "1/", "5m"})
    void refusesOthersWithAnExample(String text) {
        assertThatThrownBy(() -> Moments.parse(text, NOW))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'")
                .hasMessageMatching(".*(expected|such as).*");
    }
}
