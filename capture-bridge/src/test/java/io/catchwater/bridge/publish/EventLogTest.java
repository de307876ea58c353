package io.catchwater.bridge.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.Truncated;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EventLogTest {

    private static final FileId FILE = new FileId(1L, 2L, 3L);
    private static final long INCARNATION = 5;

    private final List<EventSink.Arrival> underWay = new ArrayList<>();
    private final List<Integer> partitions = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();
    private int bytes = 1;
    private final EventLog log = new EventLog(
            (partition, key, event, done) -> {
                partitions.add(partition);
                underWay.add(done);
                return bytes;
            },
            INCARNATION,
            4,
            failures::add);

    @Test
    void theHeadMovesOverWhatHasArrivedInOrder() {
        sendAt(64);
        sendAt(192);
        sendAt(320);
        log.setDrained(448);
        assertThat(log.pollAcknowledged()).isEqualTo(64);
        underWay.get(1).arrived(1, null);
        assertThat(log.pollAcknowledged()).isEqualTo(64);
        underWay.get(0).arrived(0, null);
        assertThat(log.pollAcknowledged()).isEqualTo(320);
        assertThat(log.acknowledgedLsn()).isEqualTo(Lsn.before(INCARNATION, 320));
        underWay.get(2).arrived(2, null);
        assertThat(log.pollAcknowledged()).isEqualTo(448);
        assertThat(log.recordsAcknowledged()).isEqualTo(log.recordsSent()).isEqualTo(3);
    }

    @Test
    void whatFailsHoldsTheHeadForEver() {
        sendAt(64);
        log.setDrained(192);
        underWay.get(0).arrived(-1, new IllegalStateException("refused"));
        assertThat(failures).hasSize(1);
        assertThat(log.pollAcknowledged()).isEqualTo(64);
    }

    @Test
    void itIsFullWhenTooMuchIsUnderWay() {
        bytes = (int) EventLog.UNACKNOWLEDGED_BYTES_LIMIT;
        assertThat(log.isFull()).isFalse();
        sendAt(64);
        assertThat(log.isFull()).isTrue();
        underWay.get(0).arrived(1, null);
        log.pollAcknowledged();
        assertThat(log.isFull()).isFalse();
    }

    @Test
    void anLsnNeverGoesDownInAPartition() {
        log.file(FILE, log.lsn(640), new Truncated(FILE, 1L));
        assertThatThrownBy(() -> log.file(FILE, log.lsn(576), new Truncated(FILE, 1L)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void recordsGoWhereTheyBelong() {
        log.file(FILE, log.lsn(64), new Truncated(FILE, 1L));
        log.setDrained(192);
        log.names(new Truncated(FILE, 1L));
        log.watermarks(0);
        assertThat(partitions).containsExactly(Topics.partition(FILE, 4), 0, 0, 1, 2, 3);
    }

    @Test
    void aHigherLsnIsWishedForWhenAWatermarkHasCoveredThisOne() {
        log.setDrained(640);
        assertThat(log.isAboveWatermark()).isTrue();
        assertThat(log.takeWish()).isFalse();
        log.watermarks(0);
        assertThat(log.isAboveWatermark()).isFalse();
        assertThat(log.takeWish()).isTrue();
        assertThat(log.takeWish()).isFalse();
        log.setDrained(704);
        assertThat(log.isAboveWatermark()).isTrue();
    }

    private void sendAt(long position) {
        log.setDrained(position);
        log.file(FILE, log.lsn(position), new Truncated(FILE, 1L));
    }
}
