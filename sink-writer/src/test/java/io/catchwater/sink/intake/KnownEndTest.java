package io.catchwater.sink.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.schemas.Lsn;
import java.util.List;
import org.junit.jupiter.api.Test;

class KnownEndTest {

    private final KnownEnd known = new KnownEnd(List.of(Lsn.NONE, Lsn.NONE), 0);

    private static long lsn(long incarnation, long unit) {
        return Lsn.of(incarnation, unit * 64);
    }

    @Test
    void aRingEndsWhereThePartitionEndsThatHasLeast() {
        known.complete(0, lsn(1, 100), 1000);
        known.complete(1, lsn(1, 100), 1000);
        known.complete(0, lsn(1, 140), 1400);
        known.brought(1, lsn(1, 121), 1200);
        assertThat(known.now()).isEqualTo(new KnownEnd.Point(lsn(1, 120), 1200));
        assertThat(known.isTorn(lsn(1, 130))).as("partition 1 may bring it").isFalse();

        known.complete(1, lsn(2, 5), 9000);
        known.complete(0, lsn(2, 5), 9000);
        assertThat(known.before(2)).isEqualTo(new KnownEnd.Point(lsn(1, 120), 1200));
        assertThat(known.isTorn(lsn(1, 130)))
                .as("partition 1 went on without it")
                .isTrue();
        assertThat(known.isTorn(lsn(1, 120))).isFalse();
        assertThat(known.isTorn(lsn(2, 3))).isFalse();
    }

    /** A bridge is killed when a cut has reached one partition, and a change before it has not reached the other. */
    @Test
    void aCutOfATornRingIsTorn() {
        known.complete(0, lsn(1, 100), 1000);
        known.complete(1, lsn(1, 100), 1000);
        known.brought(0, lsn(1, 130), 1300);
        assertThat(known.isTorn(lsn(1, 130) + 1)).as("partition 1 may bring it").isFalse();
        known.brought(1, lsn(2, 1), 9000);
        known.complete(1, lsn(2, 1), 9000);
        assertThat(known.isTorn(lsn(1, 130) + 1)).isTrue();
        assertThat(known.isTorn(lsn(1, 100) + 1))
                .as("all partitions had come so far")
                .isFalse();
    }

    @Test
    void theFirstRecordOfARingSaysNothingOfTheOneBefore() {
        known.complete(0, lsn(1, 10), 100);
        known.complete(1, lsn(1, 20), 200);
        known.brought(0, lsn(2, 0), 900);
        known.brought(1, lsn(2, 0), 900);
        assertThat(known.before(2)).isEqualTo(new KnownEnd.Point(lsn(1, 10), 100));
    }

    @Test
    void goesOnFromWhatWasKnown() {
        KnownEnd again = new KnownEnd(List.of(lsn(1, 10), lsn(1, 12)), 77);
        again.complete(0, lsn(2, 1), 900);
        again.complete(1, lsn(2, 1), 900);
        assertThat(again.before(2)).isEqualTo(new KnownEnd.Point(lsn(1, 10), 77));
    }
}
