package io.catchwater.sink.control;

import io.catchwater.files.LinuxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Snapshots that were accepted and are not finished, and ids that are. The thread that reads commands puts them in, the
 * one that applies operations takes them out. Any thread may call.
 */
public final class SnapshotRequests implements AutoCloseable {

    /** Snapshots that wait or are under way at most: each holds its destination open. */
    static final int LIMIT = 256;

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotRequests.class);

    private final Map<String, SnapshotRequest> open = new LinkedHashMap<>();
    private final Set<String> begun = new HashSet<>();
    private final Set<String> finished = new HashSet<>();
    private String judged = "";

    /** The command of an id has been read and is judged, which takes longer the larger the tree is. */
    synchronized void judge(String id) {
        judged = id;
    }

    /** True until what was read is accepted or finished. */
    public synchronized boolean isJudged(String id) {
        return judged.equals(id);
    }

    synchronized void accept(SnapshotRequest request) {
        open.put(request.id(), request);
        judged = "";
        notifyAll();
    }

    /** An id has its final status. */
    public synchronized void finish(String id) {
        SnapshotRequest ended = open.remove(id);
        if (ended != null) {
            close(ended);
        }
        begun.remove(id);
        finished.add(id);
        judged = judged.equals(id) ? "" : judged;
        notifyAll();
    }

    /** @return empty when it was never accepted, or is finished */
    public synchronized Optional<SnapshotRequest> get(String id) {
        return Optional.ofNullable(open.get(id));
    }

    private static void close(SnapshotRequest request) {
        try {
            request.close();
        } catch (LinuxException e) {
            LOG.warn("closing the destination of snapshot {}: {}", request.id(), e.getMessage());
        }
    }

    /** True when no more can be accepted. */
    synchronized boolean isFull() {
        return open.size() >= LIMIT;
    }

    /** The one that is under way, or will be next. */
    synchronized Optional<SnapshotRequest> first() {
        return open.values().stream().findFirst();
    }

    /** Where those go that are not finished, by id. */
    synchronized Map<String, Path> destinations() {
        Map<String, Path> destinations = new LinkedHashMap<>();
        open.values()
                .forEach(request ->
                        destinations.put(request.id(), request.destination().path()));
        return destinations;
    }

    /**
     * Tells of those that are not begun, in their order. None of them is begun or finished before this returns, so what
     * is said of them meanwhile is not their last word.
     */
    public synchronized void forEachWaiting(Consumer<SnapshotRequest> listener) {
        open.values().stream().filter(request -> !begun.contains(request.id())).forEach(listener);
    }

    /** Takes out the requests that were cancelled before they were begun; the caller gives them their final status. */
    public synchronized List<SnapshotRequest> takeCancelled() {
        List<SnapshotRequest> cancelled = open.values().stream()
                .filter(request -> request.isCancelled() && !begun.contains(request.id()))
                .toList();
        cancelled.forEach(request -> finish(request.id()));
        return cancelled;
    }

    /** True when the id has its final status. */
    public synchronized boolean isFinished(String id) {
        return finished.contains(id);
    }

    /**
     * Begins a request. Waits until its command has been read: the cut may be seen before it.
     *
     * @return empty when it is finished already (rejected, for example), or has not come in time
     */
    public synchronized Optional<SnapshotRequest> begin(String id, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!open.containsKey(id) && !finished.contains(id)) {
            long leftMs = (deadline - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                break;
            }
            wait(leftMs);
        }
        SnapshotRequest request = open.get(id);
        if (request != null) {
            begun.add(id);
        }
        return Optional.ofNullable(request);
    }

    /** Nobody makes them any more. */
    @Override
    public synchronized void close() {
        open.values().forEach(SnapshotRequests::close);
        open.clear();
    }
}
