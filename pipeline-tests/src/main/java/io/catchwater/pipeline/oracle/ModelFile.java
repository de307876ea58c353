package io.catchwater.pipeline.oracle;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A file as one thread's operations have left it: which of them wrote which bytes. Holds no bytes. */
final class ModelFile {

    private record Run(long end, long id) {}

    final int number;
    /** Its bytes are everybody's, and judged elsewhere; only its names and mode count here. */
    final boolean shared;

    final Set<String> names = new TreeSet<>();
    int mode;
    private long size;
    private final TreeMap<Long, Run> runs = new TreeMap<>();
    private long newest;
    private long differedAt;

    ModelFile(int number, boolean shared, int mode) {
        this.number = number;
        this.shared = shared;
        this.mode = mode;
    }

    void write(long start, long end, long id) {
        cut(start);
        cut(end);
        runs.subMap(start, end).clear();
        runs.put(start, new Run(end, id));
        size = Math.max(size, end);
        newest = start;
    }

    void truncate(long newSize) {
        cut(newSize);
        runs.tailMap(newSize).clear();
        size = newSize;
    }

    private void cut(long at) {
        Map.Entry<Long, Run> before = runs.lowerEntry(at);
        if (before != null && before.getValue().end() > at) {
            runs.put(at, before.getValue());
            runs.put(before.getKey(), new Run(at, before.getValue().id()));
        }
    }

    long size() {
        return size;
    }

    /** True when content has exactly these bytes. The first looks are at where it is likely to differ. */
    boolean matches(ByteBuffer content) {
        if (content.capacity() != size) {
            return false;
        }
        if (differedAt < size && content.get((int) differedAt) != byteAt(differedAt)) {
            return false;
        }
        Run last = runs.get(newest);
        long differs = last == null ? Cells.SAME : Cells.differs(content, newest, last.end(), last.id());
        if (differs == Cells.SAME) {
            differs = firstDifference(content);
        }
        if (differs != Cells.SAME) {
            differedAt = differs;
        }
        return differs == Cells.SAME;
    }

    private byte byteAt(long offset) {
        long id = writerAt(offset);
        return id == 0 ? 0 : Cells.expected(id, offset);
    }

    /** The operation whose byte is at an offset, 0 for a zero that nobody wrote. */
    long writerAt(long offset) {
        Map.Entry<Long, Run> run = runs.floorEntry(offset);
        return run == null || run.getValue().end() <= offset
                ? 0
                : run.getValue().id();
    }

    /** First offset below both sizes where content differs, or {@link Cells#SAME}. */
    long firstDifference(ByteBuffer content) {
        long limit = Math.min(size, content.capacity());
        long at = 0;
        for (Map.Entry<Long, Run> run : runs.entrySet()) {
            if (run.getKey() >= limit) {
                break;
            }
            long end = Math.min(limit, run.getValue().end());
            long differs = Cells.notZero(content, at, run.getKey());
            if (differs == Cells.SAME) {
                differs =
                        Cells.differs(content, run.getKey(), end, run.getValue().id());
            }
            if (differs != Cells.SAME) {
                return differs;
            }
            at = end;
        }
        return Cells.notZero(content, at, limit);
    }
}
