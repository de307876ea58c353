package io.catchwater.sink.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catchwater.schemas.control.BaseComplete;
import io.catchwater.sink.SinkException;
import io.catchwater.sink.SinkException.Reason;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class BaseChoiceTest {

    /** Copies at 10 (complete at 20), at 100 without a gap, at 200 after a gap from 150 on. */
    private final BaseChoice choice = new BaseChoice(List.of(base(10, 20, 99), base(100, 120, 149), base(200, 220, 0)));

    private static BaseComplete base(long copyId, long fromLsn, long toLsn) {
        return new BaseComplete(copyId, fromLsn, fromLsn * 1000, List.of(0L, 0L), toLsn);
    }

    private long copyFor(long lsn) throws SinkException {
        return choice.forLsn(lsn).base().getCopyId();
    }

    private static void assertReason(Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SinkException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void takesTheNewestBaseThatCoversTheMoment() throws SinkException {
        assertThat(copyFor(20)).isEqualTo(10);
        assertThat(copyFor(99)).isEqualTo(10);
        assertThat(copyFor(149)).isEqualTo(100);
        assertThat(copyFor(5000)).isEqualTo(200);
        assertThat(choice.forLsn(5000).note()).isEmpty();
    }

    @Test
    void insideACopyTheNextMomentIsTakenAndSaid() throws SinkException {
        RestorePlan plan = choice.forLsn(110);
        assertThat(plan.base().getCopyId()).isEqualTo(100);
        assertThat(plan.targetLsn()).isEqualTo(120);
        assertThat(plan.note()).contains("0/6E").contains("0/78");
    }

    @Test
    void outsideEveryTimeAndInsideAGapAreRefused() {
        assertReason(Reason.NOT_RESTORABLE, () -> choice.forLsn(19));
        assertReason(Reason.GAP, () -> choice.forLsn(150));
        assertReason(Reason.GAP, () -> choice.forLsn(210));
        assertReason(Reason.NOT_RESTORABLE, () -> choice.forTime(19_999, 400));
        assertReason(Reason.NOT_RESTORABLE, () -> new BaseChoice(List.of()).forLsn(5));
    }

    @Test
    void latestIsBeforeACopyThatIsUnderWay() throws SinkException {
        BaseChoice copying = new BaseChoice(List.of(base(10, 20, 99)));
        RestorePlan plan = copying.forLatest(300);
        assertThat(plan.targetLsn()).isEqualTo(99);
        assertThat(plan.note()).contains("under way");
    }
}
