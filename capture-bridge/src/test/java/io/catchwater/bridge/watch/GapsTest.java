package io.catchwater.bridge.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.bridge.watch.Gaps.Moment;
import io.catchwater.schemas.control.Gap;
import io.catchwater.schemas.control.GapKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class GapsTest {

    private static final String NOBODY = "";
    private static final String SOMEBODY = "sh (process 7) can change files and is not captured";

    private final Gaps gaps = new Gaps(new Moment(100, 1000));

    @Test
    void beginsWhereAllWasKnownLastAndEndsWithAProof() {
        assertThat(gaps.looked(new Moment(200, 2000), NOBODY, true)).isEmpty();
        Gap begun = gaps.looked(new Moment(300, 3000), SOMEBODY, true).orElseThrow();
        assertThat(begun).isEqualTo(new Gap(200L, 2000L, 0L, 0L, GapKind.UNCAPTURED, SOMEBODY));
        assertThat(gaps.looked(new Moment(400, 4000), NOBODY, true)).isEmpty();
        assertThat(gaps.openSinceNs())
                .as("what was changed is not read again yet")
                .isEqualTo(2000);
        assertThat(gaps.audited(new Moment(500, 5000), SOMEBODY, false)).isEmpty();
        Gap ended = gaps.audited(new Moment(600, 6000), NOBODY, true).orElseThrow();
        assertThat(ended).isEqualTo(new Gap(200L, 2000L, 600L, 6000L, GapKind.UNCAPTURED, SOMEBODY));
        assertThat(gaps.openSinceNs()).isZero();
        assertThat(gaps.looked(new Moment(700, 7000), SOMEBODY, true)
                        .orElseThrow()
                        .getFromLsn())
                .isEqualTo(600);
    }

    /** Without the kernel's word nothing found open proves nothing: only audits do. */
    @Test
    void looksAloneProveNothingWhereTheKernelDoesNotTell() {
        gaps.audited(new Moment(200, 2000), NOBODY, true);
        gaps.looked(new Moment(300, 3000), NOBODY, false);
        Gap found = gaps.audited(new Moment(400, 4000), "changed", true).orElseThrow();
        assertThat(found.getFromLsn()).isEqualTo(200);
        assertThat(found.getToLsn()).isEqualTo(400);
    }

    @Test
    void fromTheBeginningOfCaptureWhenSomebodyWasThereBefore() {
        assertThat(gaps.looked(new Moment(100, 1000), SOMEBODY, true)
                        .orElseThrow()
                        .getFromLsn())
                .isEqualTo(100);
    }

    /** Of every moment that was in doubt a gap tells, and of none that is proved. */
    @Property
    void everyMomentInDoubtLiesInAGap(@ForAll Random random) {
        Gaps tried = new Gaps(new Moment(0, 1));
        List<Gap> all = new ArrayList<>();
        List<Long> doubtful = new ArrayList<>();
        for (long lsn = 1; lsn < 60; lsn++) {
            Moment at = new Moment(lsn, lsn + 1);
            boolean doubt = random.nextInt(4) == 0;
            String why = doubt ? SOMEBODY : NOBODY;
            boolean audit = random.nextInt(3) == 0;
            boolean proof = audit && random.nextBoolean();
            Optional<Gap> told =
                    audit ? tried.audited(at, doubt || !proof ? SOMEBODY : NOBODY, proof) : tried.looked(at, why, true);
            told.filter(gap -> !all.contains(gap)).ifPresent(all::add);
            if (doubt || (audit && !proof)) {
                doubtful.add(proof ? lsn - 1 : lsn);
            }
        }
        for (long lsn : doubtful) {
            assertThat(all)
                    .as("LSN %d", lsn)
                    .anyMatch(gap -> gap.getFromLsn() <= lsn && (gap.getToLsn() == 0 || gap.getToLsn() >= lsn));
        }
        assertThat(all.stream().filter(gap -> gap.getToLsn() == 0).count()).isLessThanOrEqualTo(1);
        assertThat(tried.openSinceNs() != 0).isEqualTo(all.stream().anyMatch(gap -> gap.getToLsn() == 0));
    }
}
