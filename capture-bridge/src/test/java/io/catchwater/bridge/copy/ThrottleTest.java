package io.catchwater.bridge.copy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ThrottleTest {

    private static final long SECOND = 1_000_000_000L;

    @Test
    void withoutALimitEverythingGoes() {
        Throttle throttle = new Throttle(Throttle.UNLIMITED, 0);
        assertThat(throttle.tryTake(Long.MAX_VALUE / 2, 0)).isTrue();
        assertThat(throttle.tryTake(Long.MAX_VALUE / 2, 0)).isTrue();
        assertThat(throttle.portion(1 << 23)).isEqualTo(1 << 23);
    }

    @Test
    void zeroStandsStill() {
        Throttle throttle = new Throttle(0, 0);
        assertThat(throttle.tryTake(1, 100 * SECOND)).isFalse();
    }

    @Test
    void theRateIsKept() {
        Throttle throttle = new Throttle(1_000_000, 0);
        long taken = 0;
        for (long now = 0; now <= 10 * SECOND; now += SECOND / 1000) {
            while (throttle.tryTake(300_000, now)) {
                taken += 300_000;
            }
        }
        assertThat(taken).isBetween(9_700_000L, 10_600_000L);
    }

    @Test
    void whatWasNotReadIsGivenBack() {
        Throttle throttle = new Throttle(1_000_000, 0);
        assertThat(throttle.tryTake(1_000_000, 0)).isTrue();
        assertThat(throttle.tryTake(1, 1000)).isFalse();
        throttle.giveBack(1_000_000);
        assertThat(throttle.tryTake(1, 2000)).isTrue();
    }

    @Test
    void aRestSavesLittle() {
        Throttle throttle = new Throttle(1_000_000, 0);
        long taken = 0;
        while (throttle.tryTake(10_000, 1000 * SECOND)) {
            taken += 10_000;
        }
        assertThat(taken).isLessThan(200_000);
    }
}
