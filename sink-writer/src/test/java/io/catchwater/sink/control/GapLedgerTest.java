package io.catchwater.sink.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.control.BaseComplete;
import io.catchwater.schemas.control.Gap;
import io.catchwater.schemas.control.GapKind;
import io.catchwater.sink.cut.CutLedger.BaseCopy;
import io.catchwater.sink.cut.CutLedger.Opening;
import io.catchwater.sink.intake.KnownEnd;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class GapLedgerTest {

    private static final long SECOND_NS = 1_000_000_000L;

    private final Map<String, Gap> catalog = new TreeMap<>();
    private final GapLedger gaps = ledger();

    /** As a sink begins that finds what another has left. */
    private GapLedger ledger() {
        return new GapLedger("app", List.copyOf(catalog.values()), (key, gap) -> {
            if (gap == null) {
                catalog.remove(key);
            } else {
                catalog.put(
                        key,
                        new Gap(
                                gap.getFromLsn(),
                                gap.getFromTimeNs(),
                                gap.getToLsn(),
                                gap.getToTimeNs(),
                                gap.getKind(),
                                gap.getReason()));
            }
        });
    }

    private static Opening heal(long lastCut, long timeNs) {
        return new Opening(lastCut, timeNs, "x.db: read again", Set.of("1-2-3"));
    }

    private Gap only() {
        assertThat(catalog).hasSize(1);
        return catalog.values().iterator().next();
    }

    @Test
    void aCopyIsToldOfWhenItWasOpenForLong() throws IOException {
        gaps.open(heal(10, 0), SECOND_NS / 2);
        gaps.closed(heal(10, 0), 20, SECOND_NS / 2);
        assertThat(catalog).isEmpty();
        gaps.closed(heal(30, 0), 40, 2 * SECOND_NS);
        assertThat(only())
                .isEqualTo(
                        new Gap(30L, 0L, 40L, 2 * SECOND_NS, GapKind.COPY_OPEN, "heal of one file: x.db: read again"));
        assertThat(catalog).containsOnlyKeys("app/gap/COPY_OPEN/30");
    }

    @Test
    void aCopyThatIsOpenStillIsToldOf() throws IOException {
        gaps.open(heal(10, 0), 2 * SECOND_NS);
        assertThat(only().getToLsn()).isZero();
        ledger().closed(heal(10, 0), 20, 3 * SECOND_NS);
        assertThat(only().getToLsn()).isEqualTo(20);
    }

    @Test
    void betweenTwoRingsNobodyCaptured() throws IOException {
        BaseComplete first = new BaseComplete(Lsn.of(1, 0), Lsn.of(1, 640), 5L, List.of(0L), 0L);
        BaseCopy second = new BaseCopy(Lsn.of(2, 0), Lsn.of(2, 0), List.of(0L), Lsn.of(2, 640), 90);
        gaps.open(heal(Lsn.of(1, 6400), 0), 2 * SECOND_NS);
        gaps.between(first, new KnownEnd.Point(Lsn.of(1, 6400), 7), second, "capture begins");
        assertThat(only().getKind()).isEqualTo(GapKind.NOT_CAPTURING);
        assertThat(only().getFromTimeNs()).isEqualTo(7);
        assertThat(only().getToLsn()).isZero();
        ledger().ended(second);
        assertThat(only().getToLsn()).isEqualTo(Lsn.of(2, 640));
        assertThat(only().getToTimeNs()).isEqualTo(90);
    }

    @Test
    void withinARingChangesAreMissing() throws IOException {
        BaseComplete first = new BaseComplete(Lsn.of(1, 0), Lsn.of(1, 640), 5L, List.of(0L), 0L);
        BaseCopy second = new BaseCopy(Lsn.of(1, 12800), Lsn.of(1, 12800), List.of(0L), Lsn.NONE, 0);
        gaps.between(first, new KnownEnd.Point(Lsn.of(1, 6400), 7), second, "3 changes were not recorded");
        assertThat(only().getKind()).isEqualTo(GapKind.LOST);
        assertThat(only().getReason()).contains("3 changes");
    }
}
