package io.catchwater.bridge.copy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ThrottleTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long STEP = SECOND / 1000;

    private long nowNs;

    private Throttle throttle(long rate) {
        return new Throttle(rate, () -> nowNs);
    }

    private record Taken(long atNs, long bytes) {}

    @Test
    void withoutALimitEverythingGoes() {
        Throttle throttle = throttle(Throttle.UNLIMITED);
        assertThat(throttle.tryTake(1 << 20)).isEqualTo(1 << 20);
        assertThat(throttle.tryTake(1 << 20)).isEqualTo(1 << 20);
        assertThat(throttle.windowBytes(1 << 23)).isEqualTo(1 << 23);
        assertThat(throttle.isOpen()).isTrue();
    }

    @Test
    void zeroStandsStill() throws InterruptedException {
        Throttle throttle = throttle(0);
        nowNs = 100 * SECOND;
        assertThat(throttle.take(1)).isZero();
        assertThat(throttle.isOpen()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {200_000, 1_000_000, 2_000_000, 100_000_000})
    void noSecondHasMoreThanTheRateAndFivePercent(long rate) {
        Throttle throttle = throttle(rate);
        Deque<Taken> lastSecond = new ArrayDeque<>();
        long inSecond = 0;
        long all = 0;
        // A pause now and then, which must not be made good by more than the rate.
        for (; nowNs <= 10 * SECOND; nowNs += all % 7 == 0 ? 3 * STEP : STEP) {
            for (long taken = throttle.tryTake(1 << 20); taken > 0; taken = throttle.tryTake(1 << 20)) {
                lastSecond.add(new Taken(nowNs, taken));
                inSecond += taken;
                all += taken;
            }
            while (!lastSecond.isEmpty() && lastSecond.peek().atNs() <= nowNs - SECOND) {
                inSecond -= lastSecond.remove().bytes();
            }
            assertThat(inSecond).isLessThanOrEqualTo(rate + rate / 20);
        }
        assertThat(all).isBetween(10 * rate - rate / 10, 10 * rate + rate / 10);
    }

    @Test
    void belowTheSmallestPieceTheRateIsKeptInTheLongRun() {
        Throttle throttle = throttle(1000);
        long all = 0;
        for (; nowNs <= 100 * SECOND; nowNs += STEP) {
            all += throttle.tryTake(100_000);
        }
        assertThat(all).isBetween(100_000 - Throttle.PIECE_BYTES_LEAST, 100_000 + Throttle.PIECE_BYTES_LEAST);
    }

    @Test
    void whatWasNotReadIsGivenBack() {
        Throttle throttle = throttle(1_000_000);
        assertThat(throttle.tryTake(10_000)).isEqualTo(10_000);
        assertThat(throttle.tryTake(1)).isZero();
        throttle.giveBack(10_000);
        assertThat(throttle.tryTake(1)).isEqualTo(1);
    }

    @Test
    void aRestSavesLittle() {
        Throttle throttle = throttle(1_000_000);
        nowNs = 1000 * SECOND;
        long all = 0;
        for (long taken = throttle.tryTake(10_000); taken > 0; taken = throttle.tryTake(10_000)) {
            all += taken;
        }
        assertThat(all).isLessThanOrEqualTo(30_000);
    }

    @Test
    void aReaderThatWaitsGoesOnWhenTheRateChanges() throws Exception {
        Throttle throttle = new Throttle(20_000);
        assertThat(throttle.take(100_000)).isEqualTo(Throttle.PIECE_BYTES_LEAST);
        CompletableFuture<Long> waiting = new CompletableFuture<>();
        Thread reader = new Thread(() -> {
            try {
                waiting.complete(throttle.take(1 << 20));
            } catch (InterruptedException e) {
                waiting.completeExceptionally(e);
            }
        });
        reader.start();
        throttle.set(Throttle.UNLIMITED);
        assertThat(waiting.get(10, TimeUnit.SECONDS)).isEqualTo(1 << 20);
        reader.join();
    }

    @Test
    void aReaderDoesNotWaitForLong() throws InterruptedException {
        Throttle throttle = throttle(10);
        assertThat(throttle.take(5000)).isEqualTo(Throttle.PIECE_BYTES_LEAST);
        assertThat(throttle.take(5000)).isZero();
        assertThat(throttle.isOpen()).isFalse();
        throttle.set(1_000_000);
        nowNs += SECOND / 4;
        assertThat(throttle.take(5000)).isEqualTo(5000);
    }
}
