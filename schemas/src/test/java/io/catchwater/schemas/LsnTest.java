package io.catchwater.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LsnTest {

    @Test
    void orderFollowsTheRingAndThenItsIncarnation() {
        assertThat(Lsn.of(1, 64)).isLessThan(Lsn.of(1, 128));
        assertThat(Lsn.of(1, 1L << 52)).isLessThan(Lsn.of(2, 64));
        assertThat(Lsn.of(Lsn.INCARNATION_LIMIT, 64)).isPositive();
    }

    @Test
    void beforeExcludesTheEntryAtThePosition() {
        assertThat(Lsn.before(3, 256)).isEqualTo(Lsn.of(3, 192));
    }

    @Test
    void textComesBack() {
        long lsn = Lsn.of(26, 64 * 0x2A40L);
        assertThat(Lsn.format(lsn)).isEqualTo("1A/2A40");
        assertThat(Lsn.parse("1a/2a40")).isEqualTo(lsn);
        assertThat(Lsn.parse(Long.toString(lsn))).isEqualTo(lsn);
    }

    @Test
    void whatIsNoLsnIsRefusedWithAnExample() {
        for (String text : new String[] {"", "latest", "1/", "/1", "1/FFFFFFFFFFFF", "-5", "99999999999999999999"}) {
            assertThatThrownBy(() -> Lsn.parse(text)).hasMessageContaining("such as 1/2A40");
        }
        assertThatThrownBy(() -> Lsn.of(0, 64)).isInstanceOf(IllegalArgumentException.class);
    }
}
