package io.catchwater.sink.cut;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CutSeekerTest {

    private static CutSeeker whole(long target) {
        return new CutSeeker(target, lsn -> false);
    }

    @Test
    void stopsWhereItWasAskedTo() {
        CutSeeker seeker = whole(100);
        assertThat(seeker.ceiling()).isEqualTo(100);
        assertThat(seeker.reached(99, true)).isEmpty();
        assertThat(seeker.reached(100, true)).hasValue(100);
    }

    @Test
    void goesOnToWhereNothingIsOpen() {
        CutSeeker seeker = whole(100);
        assertThat(seeker.reached(100, false)).isEmpty();
        assertThat(seeker.ceiling()).isEqualTo(Long.MAX_VALUE);
        seeker.applied(110, false);
        seeker.applied(120, true);
        assertThat(seeker.ceiling()).isEqualTo(120);
        // Something else of the same LSN has opened a window meanwhile.
        assertThat(seeker.reached(120, false)).isEmpty();
        seeker.applied(130, true);
        assertThat(seeker.reached(129, true)).isEmpty();
        assertThat(seeker.reached(130, true)).hasValue(130);
    }

    /** Records up to 150 are there, one before 90 is not: a copy from 200 to 230 brings what is missing. */
    @Test
    void goesOnToWhereNothingIsMissing() {
        CutSeeker seeker = new CutSeeker(100, lsn -> lsn > 90 && lsn <= 151);
        assertThat(seeker.reached(100, true)).isEmpty();
        seeker.applied(120, true);
        assertThat(seeker.reached(199, true)).isEmpty();
        seeker.applied(150, true);
        assertThat(seeker.reached(199, true)).isEmpty();
        seeker.applied(200, false);
        seeker.applied(230, true);
        assertThat(seeker.reached(230, true)).hasValue(230);
    }
}
