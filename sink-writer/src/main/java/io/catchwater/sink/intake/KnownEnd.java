package io.catchwater.sink.intake;

import io.catchwater.schemas.Lsn;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How far the stream of each ring is known to be complete. A bridge that is killed leaves partitions that end at different
 * LSNs: of its ring only what lies below the lowest of these ends is a prefix.
 *
 * <p>Used by one thread.
 */
public final class KnownEnd {

    private final List<NavigableMap<Long, Point>> partitions;

    /**
     * Everything up to an LSN is in the stream.
     *
     * @param timeNs when that was said, nanoseconds since 1970
     */
    public record Point(long lsn, long timeNs) {

        /** Nothing is known. */
        public static final Point NONE = new Point(Lsn.NONE, 0);
    }

    /**
     * @param watermarks of the partitions, known from before
     * @param timeNs at which they were
     */
    KnownEnd(List<Long> watermarks, long timeNs) {
        this.partitions = watermarks.stream()
                .<NavigableMap<Long, Point>>map(lsn ->
                        new TreeMap<>(Map.of(Lsn.incarnation(lsn), new Point(lsn, lsn == Lsn.NONE ? 0 : timeNs))))
                .toList();
    }

    /** A partition has everything up to an LSN. */
    void complete(int partition, long lsn, long timeNs) {
        NavigableMap<Long, Point> points = partitions.get(partition);
        Point before = points.get(Lsn.incarnation(lsn));
        if (before == null || before.lsn() <= lsn) {
            points.put(Lsn.incarnation(lsn), new Point(lsn, timeNs));
        }
    }

    /** A partition has brought a record of an LSN: what comes before that is there. */
    void brought(int partition, long lsn, long timeNs) {
        if (Lsn.incarnation(lsn - 1) == Lsn.incarnation(lsn)) {
            complete(partition, lsn - 1, timeNs);
        }
    }

    /** How far the rings before an incarnation are complete, all partitions together. */
    public Point before(long incarnation) {
        return lowest(IntStream.range(0, partitions.size())
                .mapToObj(i -> Optional.ofNullable(partitions.get(i).lowerEntry(incarnation))
                        .map(Map.Entry::getValue)
                        .orElse(Point.NONE)));
    }

    /** How far the stream is complete, all partitions together. */
    public Point now() {
        return lowest(partitions.stream().map(points -> points.lastEntry().getValue()));
    }

    /** True when what comes before an LSN in its ring is missing for ever in some partition. */
    public boolean isTorn(long lsn) {
        long incarnation = Lsn.incarnation(lsn);
        return partitions.stream().anyMatch(points -> {
            Map.Entry<Long, Point> reached = points.floorEntry(incarnation);
            boolean complete = reached != null && reached.getValue().lsn() >= lsn - 1;
            return points.lastKey() > incarnation && !complete;
        });
    }

    private static Point lowest(Stream<Point> points) {
        return points.min(Comparator.comparingLong(Point::lsn)).orElse(Point.NONE);
    }
}
