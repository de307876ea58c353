package io.catchwater.bridge.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.bridge.copy.AuditListener;
import io.catchwater.bridge.source.UncapturedChanges;
import io.catchwater.schemas.control.Capture;
import io.catchwater.schemas.control.CapturedProcess;
import io.catchwater.schemas.control.Gap;
import io.catchwater.schemas.control.State;
import io.catchwater.schemas.control.UncapturedProcess;
import io.catchwater.schemas.control.UncapturedReason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When is looked, when an audit is asked for, and what is told of it; without a thread but where that is the matter. */
final class CaptureWatchTest implements CaptureWatch.Processes, UncapturedChanges, WatchReports {

    private static final UncapturedProcess WRITER = new UncapturedProcess(
            7, "/bin/sh", 5L, 1, ByteBuffer.wrap(new byte[] {'f'}), UncapturedReason.EARLIER_CAPTURE);

    private List<UncapturedProcess> open = List.of();
    private boolean content;
    private boolean whole = true;
    private long lsn = 10;
    private int looks;
    private int audits;
    private final List<Capture> told = new ArrayList<>();
    private final List<Gap> gaps = new ArrayList<>();
    private State state;

    private final CaptureWatch watch = new CaptureWatch("app", this, this, () -> lsn, () -> lsn, () -> audits++, this);

    @Override
    public List<UncapturedProcess> uncaptured() {
        looks++;
        return open;
    }

    @Override
    public List<CapturedProcess> captured() {
        return List.of(new CapturedProcess(8, "/bin/app", 6L));
    }

    @Override
    public List<Change> take() {
        return List.of();
    }

    @Override
    public boolean hasContent() {
        return content;
    }

    @Override
    public boolean mayHaveContent() {
        return content;
    }

    @Override
    public boolean isWhole() {
        return whole;
    }

    @Override
    public void gap(Gap gap) {
        gaps.add(new Gap(
                gap.getFromLsn(),
                gap.getFromTimeNs(),
                gap.getToLsn(),
                gap.getToTimeNs(),
                gap.getKind(),
                gap.getReason()));
    }

    @Override
    public void capture(Capture capture, State now, long at, long timeNs) {
        told.add(capture);
        state = now;
    }

    private Capture last() {
        return told.get(told.size() - 1);
    }

    private static long in(double seconds) {
        return System.nanoTime() + (long) (seconds * 1e9);
    }

    private void audited(boolean found, boolean settled) {
        watch.begun();
        watch.ended(new AuditListener.Result(found, settled, open, lsn, 99));
    }

    @AfterEach
    void close() {
        watch.close();
    }

    @Test
    void whoWasThereBeforeIsToldOfAtOnce() throws Exception {
        open = List.of(WRITER);
        watch.start();
        assertThat(last().getUncaptured()).containsExactly(WRITER);
        assertThat(last().getUnseenSinceNs()).isPositive();
        assertThat(last().getCaptured()).hasSize(1);
        assertThat(gaps).singleElement().satisfies(gap -> {
            assertThat(gap.getFromLsn()).isEqualTo(10);
            assertThat(gap.getToLsn()).isZero();
        });
        watch.close();
        assertThat(state).isEqualTo(State.COMPLETED);
    }

    @Test
    void aSourceAtRestIsHardlyLookedAt() throws Exception {
        watch.turn(in(100));
        int before = looks;
        for (int i = 0; i < 50; i++) {
            watch.turn(in(i));
        }
        assertThat(looks).isEqualTo(before);
        lsn++;
        watch.turn(in(2));
        assertThat(looks).isEqualTo(before);
        watch.turn(in(30));
        assertThat(looks).isEqualTo(before + 1);
        content = true;
        watch.turn(in(30));
        assertThat(looks).as("the kernel has told").isEqualTo(before + 2);
    }

    @Test
    void whatAWriterLeftIsReadAgainWhenItHasGone() throws Exception {
        watch.turn(in(100));
        open = List.of(WRITER);
        lsn = 20;
        watch.turn(in(100));
        assertThat(audits).as("while it can go on changing files").isZero();
        lsn = 30;
        open = List.of();
        watch.turn(in(100));
        assertThat(last().getUncaptured()).isEmpty();
        assertThat(last().getUnseenSinceNs()).isPositive();
        assertThat(audits).isEqualTo(1);
        watch.turn(in(200));
        assertThat(audits).as("one at a time").isEqualTo(1);
        lsn = 40;
        audited(true, false);
        watch.turn(in(0));
        assertThat(audits).as("not at once").isEqualTo(1);
        watch.turn(in(100));
        assertThat(audits).isEqualTo(2);
        audited(true, true);
        watch.turn(in(0));
        assertThat(last().getUnseenSinceNs()).isZero();
        assertThat(gaps).hasSize(2);
        assertThat(gaps.get(1).getFromLsn()).isEqualTo(10);
        assertThat(gaps.get(1).getToLsn()).isEqualTo(40);
    }

    /** What an audit has taken note of and not read again yet is not known to a look. */
    @Test
    void aLookDuringAnAuditProvesNothing() throws Exception {
        watch.turn(in(100));
        watch.begun();
        lsn = 20;
        watch.turn(in(100));
        lsn = 30;
        watch.ended(new AuditListener.Result(true, true, List.of(), lsn, 99));
        watch.turn(in(0));
        assertThat(gaps).singleElement().satisfies(gap -> {
            assertThat(gap.getFromLsn()).isEqualTo(10);
            assertThat(gap.getToLsn()).isEqualTo(30);
        });
    }

    @Test
    void oneThatTheKernelToldOfIsInDoubtUntilItIsReadAgain() throws Exception {
        content = true;
        watch.turn(in(100));
        assertThat(last().getUnseenSinceNs()).isPositive();
        assertThat(audits).isEqualTo(1);
        content = false;
        audited(true, true);
        watch.turn(in(0));
        assertThat(last().getUnseenSinceNs()).isZero();
    }

    @Test
    void saysSoWhereTheKernelDoesNotTell() throws Exception {
        whole = false;
        watch.turn(in(100));
        assertThat(last().getLimited()).isTrue();
    }
}
