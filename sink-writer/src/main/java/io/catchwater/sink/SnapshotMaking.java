package io.catchwater.sink;

import io.catchwater.files.Descriptor;
import io.catchwater.files.Errno;
import io.catchwater.files.LinuxException;
import io.catchwater.schemas.control.SnapshotSealed;
import io.catchwater.schemas.control.State;
import io.catchwater.schemas.control.Status;
import io.catchwater.sink.checkpoint.Checkpoint;
import io.catchwater.sink.control.Announcements;
import io.catchwater.sink.control.SnapshotRequest;
import io.catchwater.sink.control.SnapshotRequests;
import io.catchwater.sink.control.Statuses;
import io.catchwater.sink.replica.TreePath;
import io.catchwater.sink.seal.Manifest;
import io.catchwater.sink.snapshot.SnapshotRun;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Makes the snapshots that cuts are wanted for, and gives each command its one outcome. */
final class SnapshotMaking implements SinkLoop.CutMaker {

    /** For so long the command of a cut is waited for: both come from the same topic, but on different ways. */
    private static final Duration COMMAND_PATIENCE = Duration.ofSeconds(30);

    private static final Duration CLOSING_NOTICED = Duration.ofMillis(200);

    private static final long PROGRESS_INTERVAL_NS = 1_000_000_000L;
    private static final double NS_PER_SECOND = 1e9;
    private static final double PERCENT = 100.0;

    private final String source;
    private final Descriptor tree;
    private final Announcements announcements;
    private final SnapshotRequests requests;
    private final BooleanSupplier closing;
    private volatile SnapshotRequest running;

    SnapshotMaking(
            String source,
            Descriptor tree,
            Announcements announcements,
            SnapshotRequests requests,
            BooleanSupplier closing) {
        this.source = source;
        this.tree = tree;
        this.announcements = announcements;
        this.requests = requests;
        this.closing = closing;
    }

    boolean isRunning() {
        return running != null;
    }

    @Override
    public void at(Checkpoint.PendingCut wanted, long cutLsn, long timeNs, List<String> uncovered) throws IOException {
        Optional<SnapshotRequest> request = requestOf(wanted.commandId());
        if (request.isEmpty()) {
            return;
        }
        running = request.get();
        try {
            Manifest manifest =
                    new Manifest(source, wanted.commandId(), cutLsn, wanted.requestedLsn(), timeNs, uncovered);
            make(request.get(), manifest);
        } finally {
            running = null;
        }
    }

    private Optional<SnapshotRequest> requestOf(String id) throws IOException {
        try {
            long deadline = System.nanoTime() + COMMAND_PATIENCE.toNanos();
            Optional<SnapshotRequest> request = requests.begin(id, CLOSING_NOTICED);
            while (request.isEmpty() && !requests.isFinished(id) && System.nanoTime() < deadline) {
                if (closing.getAsBoolean()) {
                    throw new SinkException(SinkException.Reason.CANCELLED, Errno.ECANCELED, "the sink is closing");
                }
                request = requests.begin(id, CLOSING_NOTICED);
            }
            if (request.isEmpty() && !requests.isFinished(id)) {
                finish(Statuses.failed(
                        id,
                        source,
                        State.FAILED,
                        Errno.ENOENT,
                        "a cut was asked for, but its command is not in the commands topic"));
            }
            return request;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SinkException(SinkException.Reason.CANCELLED, Errno.EINTR, "interrupted", e);
        }
    }

    private void make(SnapshotRequest request, Manifest manifest) throws IOException {
        Progress progress = new Progress(request, manifest.lsn());
        SnapshotRun.Made made;
        try {
            made = new SnapshotRun(tree, request, manifest, progress).run();
        } catch (IOException e) {
            if (closing.getAsBoolean()) {
                throw new SinkException(SinkException.Reason.CANCELLED, Errno.ECANCELED, "the sink is closing", e);
            }
            fail(request, e);
            return;
        }
        announcements.sealed(new SnapshotSealed(
                request.id(),
                request.destination().toString(),
                manifest.lsn(),
                manifest.requestedLsn(),
                manifest.timeNs(),
                made.files(),
                made.bytes()));
        Status done = progress.status(State.COMPLETED, "done", made.bytes(), made.bytes(), made.files(), made.files());
        done.setPercentDone(PERCENT);
        done.setUncovered(Stream.concat(manifest.uncovered().stream(), made.unkept().stream())
                .toList());
        finish(done);
    }

    private void fail(SnapshotRequest request, IOException e) throws IOException {
        boolean cancelled = e instanceof SinkException stop && stop.reason() == SinkException.Reason.CANCELLED;
        int errno = e instanceof SinkException known
                ? known.errno()
                : e instanceof LinuxException linux ? linux.errno() : Errno.EIO;
        State state = cancelled ? State.CANCELLED : State.FAILED;
        Status status = Statuses.failed(request.id(), source, state, errno, e.getMessage());
        status.setPath(request.destination().toString());
        finish(status);
    }

    private void finish(Status status) throws IOException {
        announcements.outcome(status);
        requests.finish(status.getCommandId());
    }

    /** Snapshots that were cancelled before their cut came. Called by the thread that reads commands. */
    void answerCancelled() throws IOException {
        for (SnapshotRequest request : requests.takeCancelled()) {
            fail(request, new SinkException(SinkException.Reason.CANCELLED, Errno.ECANCELED, "cancelled by command"));
        }
    }

    /** Tells how far a snapshot is, once a second; stops it when the sink closes. */
    private final class Progress implements SnapshotRun.Listener {
        private final SnapshotRequest request;
        private final long cutLsn;
        private final long beganNs = System.nanoTime();
        private long lastNs;
        private long lastBytes;
        private long bytesPerSecond;

        Progress(SnapshotRequest request, long cutLsn) {
            this.request = request;
            this.cutLsn = cutLsn;
        }

        @Override
        public void progress(
                String phase, long bytesDone, long bytesTotal, long filesDone, long filesTotal, TreePath current) {
            long nowNs = System.nanoTime();
            if (closing.getAsBoolean()) {
                request.cancel();
            }
            if (nowNs - lastNs < PROGRESS_INTERVAL_NS) {
                return;
            }
            bytesPerSecond = lastNs == 0 ? 0 : (long) ((bytesDone - lastBytes) / ((nowNs - lastNs) / NS_PER_SECOND));
            lastNs = nowNs;
            lastBytes = bytesDone;
            State state = request.isPaused() ? State.PAUSED : State.RUNNING;
            announcements.progress(status(state, phase, bytesDone, bytesTotal, filesDone, filesTotal));
        }

        Status status(State state, String phase, long bytesDone, long bytesTotal, long filesDone, long filesTotal) {
            Status status = Statuses.of(request.id(), source, state, phase);
            status.setPercentDone(bytesTotal == 0 ? 0 : PERCENT * bytesDone / bytesTotal);
            status.setBytesDone(bytesDone);
            status.setBytesTotal(bytesTotal);
            status.setFilesDone(filesDone);
            status.setFilesTotal(filesTotal);
            status.setBytesPerSecond(bytesPerSecond);
            status.setThrottle(request.throttle());
            status.setSecondsElapsed((System.nanoTime() - beganNs) / NS_PER_SECOND);
            status.setLsn(cutLsn);
            status.setPath(request.destination().toString());
            return status;
        }
    }
}
