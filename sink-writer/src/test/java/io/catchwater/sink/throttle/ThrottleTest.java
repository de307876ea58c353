package io.catchwater.sink.throttle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ThrottleTest {

    private static final long SECOND_NS = 1_000_000_000L;

    private record Taken(long atNs, long bytes) {}

    @Test
    void noSecondHasMoreThanTheRateAndFivePercent() throws IOException {
        long rate = 1_000_000;
        Throttle throttle = new Throttle(() -> rate);
        List<Taken> taken = new ArrayList<>();
        long bytes = 0;
        long beganNs = System.nanoTime();
        while (System.nanoTime() - beganNs < 5 * SECOND_NS / 2) {
            int piece = throttle.piece();
            throttle.take(piece, seconds -> {});
            bytes += piece;
            taken.add(new Taken(System.nanoTime(), bytes));
        }
        for (int i = 0; i < taken.size(); i++) {
            Taken last = taken.get(i);
            long before = bytesBefore(taken, last.atNs() - SECOND_NS);
            assertThat(last.bytes() - before).isLessThanOrEqualTo((long) (rate * 1.05));
        }
    }

    private static long bytesBefore(List<Taken> taken, long atNs) {
        return taken.stream()
                .filter(each -> each.atNs() <= atNs)
                .mapToLong(Taken::bytes)
                .max()
                .orElse(0);
    }

    @Test
    void piecesAreSmallWhereTheRateIs() {
        assertThat(new Throttle(() -> 10_000).piece()).isEqualTo(4096);
        assertThat(new Throttle(() -> 5_000_000).piece()).isEqualTo(100_000);
        assertThat(new Throttle(() -> Rate.UNLIMITED).piece()).isEqualTo(1 << 20);
    }

    @Test
    void aNewRateHoldsAtOnce() throws IOException {
        Rate rate = new Rate(0);
        Throttle throttle = new Throttle(rate::bytesPerSecond);
        AtomicInteger told = new AtomicInteger();
        throttle.take(1 << 30, seconds -> {
            assertThat(seconds).isPositive();
            if (told.incrementAndGet() == 1) {
                assertThat(seconds).isInfinite();
                rate.set(1_000);
            } else {
                rate.set(Rate.UNLIMITED);
            }
        });
        assertThat(told).hasValue(2);
    }

    @Test
    void nothingPassesAtARateOfZero() {
        Throttle throttle = new Throttle(() -> 0);
        assertThatThrownBy(() -> throttle.take(0, seconds -> {
                    throw new IOException("enough");
                }))
                .hasMessage("enough");
    }
}
