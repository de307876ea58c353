package io.catchwater.stream;

import com.google.common.collect.Range;
import com.google.common.collect.RangeSet;
import com.google.common.collect.TreeRangeSet;
import io.catchwater.schemas.event.ChunkPart;
import io.catchwater.schemas.event.ChunkReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is left of a chunk when the ranges changed in its window are taken out.
 *
 * @param parts bytes to take from the chunks topic
 * @param zeros ranges that no part covers
 */
record Excision(List<ChunkPart> parts, List<io.catchwater.schemas.operation.Range> zeros) {

    /** Why a reference can't be what was read in its window, if so; a sentence's end. */
    static Optional<String> objection(ChunkReference event, Window.Open window) {
        if (event.getStart() != window.start() || event.getEnd() < event.getStart() || event.getEnd() > window.end()) {
            return Optional.of("its range is " + event.getStart() + " to " + event.getEnd());
        }
        if (event.getLast() && event.getSize() < 0) {
            return Optional.of("the file's size is " + event.getSize());
        }
        long reached = event.getStart();
        for (ChunkPart part : event.getParts()) {
            boolean sound = part.getLength() > 0 && part.getSkip() >= 0 && part.getKafkaOffset() >= 0;
            if (!sound || part.getFileOffset() < reached || part.getLength() > event.getEnd() - part.getFileOffset()) {
                return Optional.of("a part is " + part);
            }
            reached = part.getFileOffset() + part.getLength();
        }
        return Optional.empty();
    }

    /**
     * Takes the changed ranges out.
     *
     * <p>Where the end of the file was reached and the file is longer now, bytes up to there that no change wrote are
     * zeros: a write or a truncation beyond the end left them so.
     *
     * @param event one without an {@link #objection}
     * @param size of the file at the window's end where the end was reached, else -1
     */
    static Excision of(ChunkReference event, RangeSet<Long> changed, long size) {
        RangeSet<Long> wanted = TreeRangeSet.create();
        addRange(wanted, event.getStart(), Math.max(event.getEnd(), size));
        wanted.removeAll(changed);
        List<ChunkPart> parts = new ArrayList<>();
        RangeSet<Long> zeros = TreeRangeSet.create(wanted);
        for (ChunkPart part : event.getParts()) {
            long end = part.getFileOffset() + part.getLength();
            Range<Long> covered = Range.closedOpen(part.getFileOffset(), end);
            wanted.subRangeSet(covered).asRanges().forEach(range -> parts.add(clip(part, range)));
            zeros.remove(covered);
        }
        List<io.catchwater.schemas.operation.Range> ranges = zeros.asRanges().stream()
                .map(range -> new io.catchwater.schemas.operation.Range(range.lowerEndpoint(), range.upperEndpoint()))
                .toList();
        return new Excision(parts, ranges);
    }

    private static void addRange(RangeSet<Long> ranges, long start, long end) {
        if (start < end) {
            ranges.add(Range.closedOpen(start, end));
        }
    }

    private static ChunkPart clip(ChunkPart part, Range<Long> range) {
        long start = range.lowerEndpoint();
        return new ChunkPart(
                start,
                (int) (range.upperEndpoint() - start),
                part.getSkip() + (int) (start - part.getFileOffset()),
                part.getKafkaOffset());
    }
}
