package io.catchwater.sink;

import io.catchwater.files.Descriptor;
import io.catchwater.files.Errno;
import io.catchwater.files.LinuxException;
import io.catchwater.schemas.control.SnapshotSealed;
import io.catchwater.schemas.control.State;
import io.catchwater.schemas.control.Status;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.sink.checkpoint.Checkpoint;
import io.catchwater.sink.control.Announcements;
import io.catchwater.sink.control.ProgressTexts;
import io.catchwater.sink.control.SnapshotRequest;
import io.catchwater.sink.control.SnapshotRequests;
import io.catchwater.sink.control.Statuses;
import io.catchwater.sink.runfiles.RunFile;
import io.catchwater.sink.seal.Manifest;
import io.catchwater.sink.snapshot.SnapshotProgress;
import io.catchwater.sink.snapshot.SnapshotRun;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Makes the snapshots that cuts are wanted for, and gives each command its one outcome. */
final class SnapshotMaking implements SinkLoop.CutMaker {

    /** For so long the command of a cut is waited for until it is read: both come from the same topic, on different ways. */
    private static final Duration COMMAND_PATIENCE = Duration.ofSeconds(30);

    private static final Duration CLOSING_NOTICED = Duration.ofMillis(200);

    /** Run files that a status names. */
    private static final int LEFT_OUT_LIMIT = 100;

    private static final long PROGRESS_INTERVAL_NS = 1_000_000_000L;
    private static final double NS_PER_SECOND = 1e9;
    private static final double PERCENT = 100.0;

    private final String source;
    private final Descriptor tree;
    private final Announcements announcements;
    private final SnapshotRequests requests;
    private final BooleanSupplier closing;
    private final Runnable look;
    private volatile SnapshotRequest running;

    SnapshotMaking(
            String source,
            Descriptor tree,
            Announcements announcements,
            SnapshotRequests requests,
            BooleanSupplier closing,
            Runnable look) {
        this.source = source;
        this.tree = tree;
        this.announcements = announcements;
        this.requests = requests;
        this.closing = closing;
        this.look = look;
    }

    boolean isRunning() {
        return running != null;
    }

    /** A cut that is not made, because what had to be done before it has failed. */
    @Override
    public void refused(String commandId, String reason) throws IOException {
        Optional<SnapshotRequest> request = requestOf(commandId);
        if (request.isPresent()) {
            fail(request.get(), new SinkException(SinkException.Reason.FAILED, Errno.EIO, reason));
        }
    }

    /** Tells of the snapshots that wait for their cut, or for another one. Called by the thread that reads commands. */
    void tellWaiting(SinkProgress now) {
        SnapshotRequest first = running;
        AtomicReference<String> before = new AtomicReference<>(first == null ? null : first.id());
        requests.forEachWaiting(request -> {
            String other = before.getAndSet(request.id());
            State state = request.isPaused() ? State.PAUSED : State.ACCEPTED;
            Status status = Statuses.of(request.id(), source, state, "waiting");
            status.setPath(request.destination().path().toString());
            status.setDirectory(request.destination().id());
            status.setThrottle(request.throttle());
            status.setLagBytes(now.lagBytes());
            status.setLagSeconds(now.lagSeconds());
            status.setLsn(now.appliedLsn());
            status.setConverging(now.pace().converging());
            status.setChangesPerSecond(now.pace().changesPerSecond());
            status.setBytesPerSecond(now.pace().writtenPerSecond());
            status.setProgressText(
                    other != null
                            ? "Waiting for snapshot " + other
                            : now.copyOpen() ? "Waiting for a copy to end" : "Waiting for the cut");
            announcements.progress(status);
        });
    }

    @Override
    public void at(Checkpoint.PendingCut wanted, long cutLsn, long timeNs, List<Uncovered> uncovered)
            throws IOException {
        Optional<SnapshotRequest> request = requestOf(wanted.commandId());
        if (request.isEmpty()) {
            return;
        }
        running = request.get();
        try {
            Manifest manifest = new Manifest(
                    source,
                    wanted.commandId(),
                    cutLsn,
                    wanted.requestedLsn(),
                    timeNs,
                    uncovered,
                    request.get().exclusion().toString(),
                    List.of(),
                    0);
            make(request.get(), manifest);
        } finally {
            running = null;
        }
    }

    private Optional<SnapshotRequest> requestOf(String id) throws IOException {
        try {
            long deadline = System.nanoTime() + COMMAND_PATIENCE.toNanos();
            Optional<SnapshotRequest> request = requests.begin(id, CLOSING_NOTICED);
            while (request.isEmpty()
                    && !requests.isFinished(id)
                    && (requests.isJudged(id) || System.nanoTime() < deadline)) {
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
                        Errno.ENODATA,
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
            progress.path = request.destination().requireInPlace();
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
                progress.path.toString(),
                manifest.lsn(),
                manifest.requestedLsn(),
                manifest.timeNs(),
                made.files(),
                made.bytes()));
        Status done = progress.status(
                State.COMPLETED,
                new SnapshotProgress("done", made.bytes(), made.bytes(), made.files(), made.files(), null, 0, 0, 0));
        done.setPercentDone(PERCENT);
        done.setProgressText("");
        done.setLeftOut(made.leftOut().stream()
                .limit(LEFT_OUT_LIMIT)
                .map(RunFile::asLeftOut)
                .toList());
        done.setLeftOutCount(made.leftOut().size());
        List<Uncovered> facts = Stream.concat(manifest.uncovered().stream(), made.unkept().stream())
                .toList();
        Statuses.setOutcome(done, facts, request.allowsUnseen());
        finish(done);
    }

    private void fail(SnapshotRequest request, IOException e) throws IOException {
        boolean cancelled = e instanceof SinkException stop && stop.reason() == SinkException.Reason.CANCELLED;
        int errno = e instanceof SinkException known
                ? known.errno()
                : e instanceof LinuxException linux ? linux.errno() : Errno.EIO;
        State state = cancelled ? State.CANCELLED : State.FAILED;
        Status status = Statuses.failed(request.id(), source, state, errno, e.getMessage());
        status.setPath(request.destination().path().toString());
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
        private Path path;
        private long lastNs;
        private long lastBytes;
        private long bytesPerSecond;

        Progress(SnapshotRequest request, long cutLsn) {
            this.request = request;
            this.cutLsn = cutLsn;
            this.path = request.destination().path();
        }

        @Override
        public void progress(SnapshotProgress now) {
            long nowNs = System.nanoTime();
            if (closing.getAsBoolean()) {
                request.cancel();
            }
            if (nowNs - lastNs < PROGRESS_INTERVAL_NS) {
                return;
            }
            bytesPerSecond =
                    lastNs == 0 ? 0 : (long) ((now.bytesDone() - lastBytes) / ((nowNs - lastNs) / NS_PER_SECOND));
            lastNs = nowNs;
            lastBytes = now.bytesDone();
            look.run();
            announcements.progress(status(request.isPaused() ? State.PAUSED : State.RUNNING, now));
        }

        Status status(State state, SnapshotProgress now) {
            Status status = Statuses.of(request.id(), source, state, now.phase());
            status.setPercentDone(now.bytesTotal() == 0 ? 0 : PERCENT * now.bytesDone() / now.bytesTotal());
            status.setBytesDone(now.bytesDone());
            status.setBytesTotal(now.bytesTotal());
            status.setFilesDone(now.filesDone());
            status.setFilesTotal(now.filesTotal());
            status.setBytesPerSecond(bytesPerSecond);
            status.setThrottle(request.throttle());
            status.setSecondsElapsed((System.nanoTime() - beganNs) / NS_PER_SECOND);
            status.setLsn(cutLsn);
            status.setPath(path.toString());
            status.setDirectory(request.destination().id());
            status.setProgressText(ProgressTexts.of(now, request));
            status.setCurrentFile(now.file() == null ? "" : now.file().toString());
            return status;
        }
    }
}
