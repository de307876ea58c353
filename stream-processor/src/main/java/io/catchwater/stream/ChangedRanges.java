package io.catchwater.stream;

import com.google.common.collect.Range;
import com.google.common.collect.RangeSet;
import com.google.common.collect.TreeRangeSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The ranges changed in each open window of a partition's files, joined where they touch.
 *
 * <p>In the store one range is one record, so that a change writes a few bytes however many there are. A copy of it
 * is kept in memory for finding neighbours. Used by the thread of the partition's task.
 */
final class ChangedRanges {

    /**
     * Ranges in all open windows of one partition at most: some 50 MB of memory. To mark more than was changed would
     * leave bytes out of the chunk that no change brings, and to mark less would let the chunk overwrite newer ones;
     * so a file whose change finds no room is given up until it is copied again.
     */
    static final int LIMIT = 1 << 17;

    private static final String DIVIDER = "/";

    private final KeyValueStore<String, Long> store;
    private final Map<String, RangeSet<Long>> files = new HashMap<>();
    private final int limit;

    /**
     * @param store may hold ranges from before a restart
     * @param limit ranges at most
     */
    ChangedRanges(KeyValueStore<String, Long> store, int limit) {
        this.store = store;
        this.limit = limit;
    }

    /**
     * Adds a range of a file.
     *
     * @param range closed below and open above, not empty
     * @return false when there is no room for it; nothing is added
     */
    boolean add(String file, Range<Long> range) {
        RangeSet<Long> ranges = of(file);
        if (ranges.encloses(range)) {
            return true;
        }
        Range<Long> touched = Range.closed(range.lowerEndpoint(), range.upperEndpoint());
        List<Range<Long>> joined = List.copyOf(ranges.subRangeSet(touched).asRanges());
        if (joined.isEmpty() && store.approximateNumEntries() >= limit) {
            return false;
        }
        joined.forEach(old -> store.delete(key(file, old.lowerEndpoint())));
        ranges.add(range);
        Range<Long> whole = ranges.rangeContaining(range.lowerEndpoint());
        store.put(key(file, whole.lowerEndpoint()), whole.upperEndpoint());
        return true;
    }

    /** The ranges of a file; not to be changed. */
    RangeSet<Long> of(String file) {
        return files.computeIfAbsent(file, this::load);
    }

    private RangeSet<Long> load(String file) {
        RangeSet<Long> ranges = TreeRangeSet.create();
        String prefix = file + DIVIDER;
        try (KeyValueIterator<String, Long> kept = store.prefixScan(prefix, new StringSerializer())) {
            kept.forEachRemaining(entry ->
                    ranges.add(Range.closedOpen(Long.parseLong(entry.key.substring(prefix.length())), entry.value)));
        }
        return ranges;
    }

    /** Forgets the ranges of a file. */
    void clear(String file) {
        of(file).asRanges().forEach(range -> store.delete(key(file, range.lowerEndpoint())));
        files.remove(file);
    }

    /** Forgets everything. */
    void clear() {
        List<String> keys = new ArrayList<>();
        try (KeyValueIterator<String, Long> all = store.all()) {
            all.forEachRemaining(entry -> keys.add(entry.key));
        }
        keys.forEach(store::delete);
        files.clear();
    }

    private static String key(String file, long start) {
        return file + DIVIDER + start;
    }
}
