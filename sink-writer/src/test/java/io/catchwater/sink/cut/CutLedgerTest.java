package io.catchwater.sink.cut;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.schemas.event.CopyBegun;
import io.catchwater.schemas.event.CopyEnded;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.operation.Operation;
import io.catchwater.schemas.operation.PlaceChunk;
import io.catchwater.schemas.operation.WriteBytes;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CutLedgerTest {

    private final CutLedger ledger = new CutLedger(2, CutLedger.State.BEGINNING);
    private long kafkaOffset;

    private Optional<CutLedger.Note> say(int partition, long lsn, Object body) {
        return ledger.applied(partition, kafkaOffset++, new Operation(lsn, 0L, body));
    }

    private static CopyBegun begun(long copyId, boolean base) {
        return new CopyBegun(copyId, base, "", copyId);
    }

    private static CopyEnded ended(long copyId, boolean base) {
        return new CopyEnded(copyId, base, 0L, 0L);
    }

    private static WriteBytes part(boolean continues, long firstLsn) {
        return new WriteBytes(new FileId(1L, 2L, 3L), List.of(), continues, firstLsn);
    }

    private void baseCopy(long lsn) {
        say(0, lsn, begun(lsn, true));
        say(1, lsn, begun(lsn, true));
        say(0, lsn + 5, ended(lsn, true));
    }

    @Test
    void thereIsNoCutBeforeTheFirstBaseIsComplete() {
        assertThat(ledger.isCut()).isFalse();
        baseCopy(10);
        assertThat(ledger.isCut()).isTrue();
    }

    @Test
    void aCompleteBaseTellsWhereAReplayBegins() {
        say(0, 10, begun(10, true));
        assertThat(say(0, 10, ended(10, true))).isEmpty();
        // An empty source ends its copy before the other partition has been heard.
        Optional<CutLedger.Note> note = say(1, 10, begun(10, true));
        assertThat(note)
                .hasValueSatisfying(said -> assertThat(
                                ((CutLedger.Note.BaseEnded) said).copy().kafkaOffsets())
                        .containsExactly(0L, 2L));
    }

    @Test
    void aHealAndAChangeOfSeveralRecordsForbidCuts() {
        baseCopy(10);
        say(0, 20, begun(20, false));
        assertThat(ledger.isCut()).isFalse();
        assertThat(ledger.opening().orElseThrow().lastCut()).isEqualTo(19);
        say(1, 22, part(true, 0));
        say(0, 23, ended(20, false));
        assertThat(ledger.isCut()).isFalse();
        say(1, 24, part(true, 22));
        say(1, 25, part(false, 22));
        assertThat(ledger.isCut()).isTrue();
    }

    @Test
    void whatIsClosedAndOpenedAtOneLsnWasNeverClosed() {
        baseCopy(10);
        say(0, 20, begun(20, false));
        say(0, 30, ended(20, false));
        say(0, 30, begun(30, false));
        assertThat(ledger.opening().orElseThrow().lastCut()).isEqualTo(19);
        say(0, 40, ended(30, false));
        say(1, 41, part(false, 0));
        assertThat(ledger.opening()).isEmpty();
    }

    @Test
    void anOpeningTellsWhatIsRead() {
        baseCopy(10);
        say(0, 20, new CopyBegun(20L, false, "a program died: x.db", 20L));
        assertThat(ledger.opening().orElseThrow().what()).isEqualTo("copy: a program died: x.db");
        say(1, 21, chunkOf(7));
        say(1, 22, chunkOf(7));
        assertThat(ledger.opening().orElseThrow().what()).isEqualTo("heal of one file: a program died: x.db");
        say(1, 23, chunkOf(8));
        assertThat(ledger.opening().orElseThrow().what()).startsWith("heal of 2 files");
    }

    private static PlaceChunk chunkOf(long inode) {
        return new PlaceChunk(20L, new FileId(1L, inode, 3L), List.of(), List.of(), true, -1L, 0L);
    }

    @Test
    void anotherBaseEndsWhatNobodyWillEnd() {
        baseCopy(10);
        say(0, 20, begun(20, false));
        say(1, 22, part(true, 0));
        baseCopy(30);
        assertThat(ledger.isCut()).isTrue();
    }

    @Test
    void goesOnFromItsState() {
        baseCopy(10);
        say(1, 22, part(true, 0));
        CutLedger next = new CutLedger(2, ledger.state());
        assertThat(next.isCut()).isFalse();
        next.applied(1, 9, new Operation(23L, 0L, part(false, 22)));
        assertThat(next.isCut()).isTrue();
    }
}
