package io.catchwater.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.sink.PaceMeter.Sample;
import io.catchwater.sink.throttle.Rate;
import org.junit.jupiter.api.Test;

class PaceMeterTest {

    private static final long SECOND_NS = 1_000_000_000L;
    private static final long RECORD_BYTES = 1_000;

    /** So many records arrive, are read and written each second; pace after some seconds. */
    private static Pace after(int seconds, long arriving, long read, long throttle) {
        PaceMeter meter = new PaceMeter();
        Pace pace = Pace.NONE;
        for (int second = 0; second <= seconds; second++) {
            pace = meter.add(
                    new Sample(
                            second * SECOND_NS,
                            second * read * RECORD_BYTES,
                            second * read * RECORD_BYTES,
                            second * read,
                            second * (arriving - read)),
                    throttle);
        }
        return pace;
    }

    @Test
    void whatIsNotReadCountsAsArriving() {
        assertThat(after(20, 500, 200, 200_000)).isEqualTo(new Pace(200_000, 500_000, 200_000, false));
    }

    @Test
    void whatIsReadAsItComesConverges() {
        assertThat(after(20, 200, 200, 300_000)).isEqualTo(new Pace(200_000, 200_000, 300_000, true));
    }

    @Test
    void withoutAThrottleNothingIsSaidOfConverging() {
        assertThat(after(20, 500, 200, Rate.UNLIMITED).converging()).isTrue();
    }

    @Test
    void atARateOfZeroAnyChangeIsTooMuch() {
        assertThat(after(20, 1, 1, 0).converging()).isFalse();
        assertThat(after(20, 0, 0, 0).converging()).isTrue();
    }
}
