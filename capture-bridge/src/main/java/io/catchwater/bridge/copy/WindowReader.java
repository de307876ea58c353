package io.catchwater.bridge.copy;

import io.catchwater.bridge.publish.ChunkSink;
import io.catchwater.bridge.ring.Slots;
import io.catchwater.bridge.source.SourceFiles;
import io.catchwater.files.Attributes;
import io.catchwater.files.Content;
import io.catchwater.files.Descriptor;
import io.catchwater.files.FileStatus;
import io.catchwater.files.FileType;
import io.catchwater.files.LinuxException;
import io.catchwater.schemas.FileIds;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.event.Chunk;
import io.catchwater.tree.TreePath;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads one open window: the data of a range, without the holes, in chunks that go to Kafka at once. Where the throttle lets
 * nothing through for long it ends early. One window, one reading thread.
 */
final class WindowReader implements Workers.Task {

    private static final ThreadLocal<ByteBuffer> BUFFER =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(Topics.CHUNK_BYTES_LIMIT));

    private final SourceFiles files;
    private final Slots slots;
    private final Workers workers;
    private final ChunkSink chunks;
    private final Throttle throttle;
    private final int partitions;
    private final Consumer<Throwable> onFailure;
    private final Window window;
    private final TreePath path;
    private final List<SentPart> parts = new ArrayList<>();
    private long read;

    WindowReader(
            SourceFiles files,
            Slots slots,
            Workers workers,
            ChunkSink chunks,
            Throttle throttle,
            int partitions,
            Consumer<Throwable> onFailure,
            Window window,
            TreePath path) {
        this.files = files;
        this.slots = slots;
        this.workers = workers;
        this.chunks = chunks;
        this.throttle = throttle;
        this.partitions = partitions;
        this.onFailure = onFailure;
        this.window = window;
        this.path = path;
    }

    @Override
    public void run() throws InterruptedException {
        workers.report(read());
    }

    private Report read() throws InterruptedException {
        try (Descriptor file = files.open(path, 0)) {
            FileStatus status = Attributes.status(file);
            if (status.type() != FileType.REGULAR || !SourceFiles.id(status).equals(window.file())) {
                return new Report.WindowMissed(window.id(), slots.inFlight());
            }
            return read(file, status);
        } catch (LinuxException e) {
            return SourceFiles.isElsewhere(e)
                    ? new Report.WindowMissed(window.id(), slots.inFlight())
                    : new Report.WindowUnreadable(window.id(), e.getMessage());
        }
    }

    private Report read(Descriptor file, FileStatus status) throws LinuxException, InterruptedException {
        long size = status.size();
        long limit = Math.min(window.end(), size);
        long at = Math.min(window.start(), limit);
        while (at < limit && read < window.bytes()) {
            long data = Content.nextData(file, at);
            if (data < 0 || data >= limit) {
                at = limit;
                break;
            }
            long wanted = Math.min(Math.min(limit, nextHole(file, data, limit)) - data, window.bytes() - read);
            int taken = (int) throttle.take(Math.min(wanted, Topics.CHUNK_BYTES_LIMIT));
            if (taken == 0) {
                at = data;
                break;
            }
            int count = send(file, data, taken);
            throttle.giveBack(taken - count);
            at = data + count;
            if (count == 0) {
                // Cut off meanwhile, by a change that falls into this window.
                size = Math.min(size, Attributes.status(file).size());
                limit = Math.min(limit, size);
                at = Math.min(data, limit);
            }
        }
        if (at == window.start() && at < limit) {
            return new Report.WindowStopped(window.id());
        }
        // A file that ends before the window begins has an empty range there, and its size.
        long end = Math.max(at, window.start());
        return new Report.WindowRead(
                window.id(), end, List.copyOf(parts), at >= size, size, status.modifiedNs(), slots.inFlight());
    }

    private static long nextHole(Descriptor file, long data, long limit) throws LinuxException {
        long hole = Content.nextHole(file, data);
        return hole <= data ? limit : hole;
    }

    private int send(Descriptor file, long fileOffset, int wanted) throws LinuxException {
        ByteBuffer buffer = BUFFER.get().clear().limit(wanted);
        int count = Content.readFully(file, buffer, fileOffset);
        if (count > 0) {
            buffer.flip();
            SentPart part = new SentPart(fileOffset, count, onFailure);
            parts.add(part);
            chunks.send(
                    Topics.partition(window.file(), partitions),
                    FileIds.text(window.file()),
                    new Chunk(window.copyId(), window.file(), fileOffset, buffer),
                    part);
            read += count;
        }
        return count;
    }
}
