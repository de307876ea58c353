package io.catchwater.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableRangeSet;
import com.google.common.collect.Range;
import io.catchwater.schemas.event.ChunkPart;
import io.catchwater.schemas.event.ChunkReference;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.Gone;
import io.catchwater.schemas.event.Truncated;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.event.WindowAbandoned;
import io.catchwater.schemas.event.WindowOpened;
import io.catchwater.schemas.event.Written;
import io.catchwater.schemas.operation.Extent;
import io.catchwater.schemas.operation.PlaceChunk;
import io.catchwater.schemas.operation.WriteBytes;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FileTransitionsTest {

    private static final FileId FILE = new FileId(1L, 2L, 3L);
    private static final long BASE = 10;
    private static final FileProgress COPYING = new FileProgress(new Content.Copying(BASE, 100), new Window.None());
    private static final FileProgress COMPLETE = new FileProgress(new Content.Complete(), new Window.None());

    @Test
    void aWriteThatStraddlesTheCopysProgressIsClipped() {
        Outcome outcome = FileTransitions.written(COPYING, write(90, 20, false, 0));
        WriteBytes operation = (WriteBytes) outcome.operations().get(0);
        assertThat(operation.getExtents()).hasSize(1);
        Extent extent = operation.getExtents().get(0);
        assertThat(extent.getFileOffset()).isEqualTo(90);
        assertThat(extent.getContent().remaining()).isEqualTo(10);
        assertThat(extent.getContent().get(extent.getContent().position())).isZero();
    }

    @Test
    void aHealBehindTheCopysProgressLetsBothSidesPass() {
        FileProgress healing = FileTransitions.opened(COPYING, window(11, 1, 150, 200, false), BASE)
                .next();
        Outcome outcome = FileTransitions.written(healing, write(90, 80, false, 0));
        WriteBytes operation = (WriteBytes) outcome.operations().get(0);
        assertThat(operation.getExtents()).extracting(Extent::getFileOffset).containsExactly(90L, 150L);
        assertThat(operation
                        .getExtents()
                        .get(1)
                        .getContent()
                        .get(operation.getExtents().get(1).getContent().position()))
                .isEqualTo((byte) 60);
        assertThat(outcome.changed()).contains(Range.closedOpen(150L, 170L));
    }

    @Test
    void ofAChangeAheadOfTheCopyOnlyItsTimePasses() {
        WriteBytes nothing = new WriteBytes(FILE, List.of(), false, 0L);
        assertThat(FileTransitions.written(COPYING, write(100, 20, false, 0)).operations())
                .containsExactly(nothing);
        assertThat(FileTransitions.truncated(COPYING, new Truncated(FILE, 100L)).operations())
                .containsExactly(nothing);
        assertThat(FileTransitions.written(COMPLETE, write(0, 0, false, 0)).operations())
                .containsExactly(nothing);
        assertThat(FileTransitions.written(FileProgress.UNKNOWN, write(0, 20, false, 0))
                        .operations())
                .containsExactly(nothing);
    }

    @Test
    void theBordersOfAChangeOfSeveralRecordsSurviveWithoutItsBytes() {
        for (Written event : List.of(write(100, 20, true, 0), write(100, 20, false, 7))) {
            Outcome outcome = FileTransitions.written(FileProgress.UNKNOWN, event);
            assertThat(outcome.operations())
                    .containsExactly(new WriteBytes(FILE, List.of(), event.getContinues(), event.getFirstLsn()));
        }
    }

    @Test
    void whatCannotBeIsNamedAndChangesNothing() {
        FileProgress open = new FileProgress(
                new Content.Copying(BASE, 100), new Window.Open(BASE, 5, 100, 200, SizeFold.UNCHANGED));
        expectUncovered(COMPLETE, FileTransitions.written(COMPLETE, write(-1, 5, false, 0)));
        expectUncovered(COMPLETE, FileTransitions.written(COMPLETE, write(Long.MAX_VALUE, 5, false, 0)));
        expectUncovered(COMPLETE, FileTransitions.truncated(COMPLETE, new Truncated(FILE, -1L)));
        expectUncovered(COPYING, FileTransitions.opened(COPYING, window(BASE, 6, 101, 200, false), BASE));
        expectUncovered(COPYING, FileTransitions.opened(COPYING, window(BASE, 6, 100, 99, false), BASE));
        expectUncovered(COPYING, FileTransitions.opened(COPYING, window(11, 6, 1, 99, true), BASE));
        expectUncovered(open, FileTransitions.opened(open, window(BASE, 6, 100, 200, false), BASE));
        expectUncovered(
                FileProgress.UNKNOWN,
                FileTransitions.opened(FileProgress.UNKNOWN, window(BASE, 6, 100, 200, false), BASE));
        expectUncovered(COPYING, place(COPYING, reference(5, 100, 200)));
        expectUncovered(open, place(open, reference(6, 100, 200)));
        expectUncovered(open, place(open, reference(5, 101, 200)));
        expectUncovered(open, place(open, reference(5, 100, 201)));
        expectUncovered(open, place(open, reference(5, 100, 99)));
        expectUncovered(open, place(open, reference(5, 100, 200, part(90, 20, 0))));
        expectUncovered(open, place(open, reference(5, 100, 200, part(190, 20, 0))));
        expectUncovered(open, place(open, reference(5, 100, 200, part(110, 20, -1))));
        expectUncovered(open, place(open, reference(5, 100, 200, part(110, 20, 0), part(120, 20, 0))));
        expectUncovered(open, FileTransitions.abandoned(open, new WindowAbandoned(BASE, 6L, FILE)));
        expectUncovered(COMPLETE, FileTransitions.abandoned(COMPLETE, new WindowAbandoned(BASE, 6L, FILE)));
    }

    @Test
    void changedRangesAreTakenOutOfPartsAndZeros() {
        FileProgress open = new FileProgress(
                new Content.Copying(BASE, 100), new Window.Open(BASE, 5, 100, 200, SizeFold.UNCHANGED));
        ImmutableRangeSet<Long> changed = ImmutableRangeSet.of(Range.closedOpen(120L, 160L));
        Outcome outcome = FileTransitions.placed(
                open, reference(5, 100, 200, part(110, 40, 7), part(155, 20, 0)), changed, SizeFold.UNCHANGED);
        PlaceChunk chunk = (PlaceChunk) outcome.operations().get(0);
        assertThat(chunk.getParts()).containsExactly(part(110, 10, 7), part(160, 15, 5));
        assertThat(chunk.getZeros()).containsExactly(range(100, 110), range(175, 200));
        assertThat(chunk.getLast()).isFalse();
        assertThat(chunk.getSize()).isEqualTo(-1);
        assertThat(outcome.next()).isEqualTo(new FileProgress(new Content.Copying(BASE, 200), new Window.None()));
    }

    @Test
    void whatIsReadOfAFileThatIsGoneCountsForNothing() {
        FileProgress open = new FileProgress(
                new Content.Copying(BASE, 100), new Window.Open(BASE, 5, 100, 200, SizeFold.UNCHANGED));
        FileProgress gone = FileTransitions.gone(open, new Gone(FILE)).next();
        Outcome closed = place(gone, reference(5, 100, 200));
        assertThat(closed.operations()).isEmpty();
        FileProgress later = FileTransitions.opened(closed.next(), window(BASE, 6, 200, 300, false), BASE)
                .next();
        assertThat(place(later, reference(6, 200, 300)).operations()).isEmpty();
    }

    private static void expectUncovered(FileProgress before, Outcome outcome) {
        assertThat(outcome.next()).isEqualTo(before);
        assertThat(outcome.operations()).singleElement().isInstanceOf(Uncovered.class);
        assertThat(((Uncovered) outcome.operations().get(0)).getReason()).contains("1-2-3");
    }

    private static Outcome place(FileProgress before, ChunkReference reference) {
        return FileTransitions.placed(before, reference, ImmutableRangeSet.of(), SizeFold.UNCHANGED);
    }

    private static Written write(long fileOffset, int length, boolean continues, long firstLsn) {
        byte[] content = new byte[length];
        for (int i = 0; i < length; i++) {
            content[i] = (byte) i;
        }
        return new Written(FILE, fileOffset, ByteBuffer.wrap(content), continues, firstLsn);
    }

    private static WindowOpened window(long copyId, long windowId, long start, long end, boolean first) {
        return new WindowOpened(copyId, windowId, FILE, start, end, first);
    }

    private static ChunkReference reference(long windowId, long start, long end, ChunkPart... parts) {
        return new ChunkReference(BASE, windowId, FILE, start, end, List.of(parts), false, 0L, 0L);
    }

    private static ChunkPart part(long fileOffset, int length, int skip) {
        return new ChunkPart(fileOffset, length, skip, 0L);
    }

    private static io.catchwater.schemas.operation.Range range(long start, long end) {
        return new io.catchwater.schemas.operation.Range(start, end);
    }
}
