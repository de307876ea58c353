package io.catchwater.pipeline.oracle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Everything the writer did, thread by thread in the order it did it.
 *
 * @param layout what was there before
 * @param threads operations of each thread; begin and end marks rise within a thread
 */
public record History(Layout layout, List<List<Op>> threads) {

    private static final int RECORD_BYTES = 256;
    private static final int PATH_BYTES = 96;
    private static final int CALL_BYTES = 16;

    /**
     * Reads the logs of a writer, also of one that was killed or still runs.
     *
     * @param directory the writer's {@code --log}
     * @throws IOException when a log is missing or cannot be understood
     */
    public static History read(Path directory) throws IOException {
        Layout layout = Layout.read(directory.resolve("layout"));
        List<List<Op>> threads = new ArrayList<>();
        for (int thread = 0; thread < layout.threads(); thread++) {
            threads.add(readThread(directory.resolve(String.format(Locale.ROOT, "thread-%02d.log", thread)), thread));
        }
        return new History(layout, threads);
    }

    private static List<Op> readThread(Path file, int thread) throws IOException {
        List<Op> ops = new ArrayList<>();
        ByteBuffer buffer = ByteBuffer.allocate(RECORD_BYTES * 256).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (true) {
                buffer.clear();
                while (buffer.hasRemaining() && channel.read(buffer) >= 0) {}
                buffer.flip();
                while (buffer.remaining() >= RECORD_BYTES) {
                    Op op = parse(
                            buffer.slice(buffer.position(), RECORD_BYTES).order(ByteOrder.LITTLE_ENDIAN),
                            thread,
                            ops.size());
                    if (op == null) {
                        return ops;
                    }
                    ops.add(op);
                    buffer.position(buffer.position() + RECORD_BYTES);
                }
                if (buffer.limit() < buffer.capacity()) {
                    return ops;
                }
            }
        }
    }

    private static Op parse(ByteBuffer record, int thread, int index) {
        long begin = record.getLong(0);
        long end = record.getLong(8);
        if (begin == 0) {
            return null;
        }
        return new Op(
                thread,
                index,
                Kind.ofNumber(record.getInt(16)),
                begin,
                end == 0 ? Op.NEVER : end,
                end == 0 ? 0 : record.getInt(20),
                record.getInt(24),
                record.getInt(28),
                record.getLong(32),
                record.getLong(40),
                text(record, 48, PATH_BYTES),
                text(record, 48 + PATH_BYTES, PATH_BYTES),
                text(record, 48 + 2 * PATH_BYTES, CALL_BYTES));
    }

    private static String text(ByteBuffer record, int at, int limit) {
        int length = 0;
        while (length < limit && record.get(at + length) != 0) {
            length++;
        }
        byte[] bytes = new byte[length];
        record.get(at, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The operation that a cell names, or null when there is none in the logs. */
    Op find(long id) {
        int thread = Op.threadOf(id);
        long number = Op.numberOf(id);
        if (thread < 0
                || thread >= threads.size()
                || number < 1
                || number > threads.get(thread).size()) {
            return null;
        }
        return threads.get(thread).get((int) number - 1);
    }

    /** How many of a thread's operations had returned before a mark was taken. */
    int returnedBefore(int thread, long mark) {
        return lowest(threads.get(thread), mark, true);
    }

    /** How many of a thread's operations had begun when a mark was taken. */
    int begunBefore(int thread, long mark) {
        return lowest(threads.get(thread), mark, false);
    }

    private static int lowest(List<Op> ops, long mark, boolean byEnd) {
        int low = 0;
        int high = ops.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            long at = byEnd ? ops.get(middle).end() : ops.get(middle).begin();
            if (at < mark) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Operations over all threads. */
    public int size() {
        return threads.stream().mapToInt(List::size).sum();
    }
}
