package io.catchwater.cli.run;

import io.catchwater.bridge.Bridge;
import io.catchwater.bridge.BridgeProgress;
import io.catchwater.cli.control.Deployment;
import io.catchwater.cli.control.SinkFailures;
import io.catchwater.cli.progress.Progress;
import io.catchwater.sink.Sink;
import io.catchwater.sink.SinkException;
import io.catchwater.sink.SinkProgress;
import io.catchwater.sink.cut.Coverage;
import io.catchwater.stream.StreamProcessor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Bridge, stream processor and sink of one source, side by side. Any thread may ask how far they are. */
public final class Stages implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Stages.class);
    private static final Duration APPLY_SLICE = Duration.ofSeconds(5);

    private final Bridge bridge;
    private final StreamProcessor stream;
    private final Sink sink;
    private final long begunNs = System.nanoTime();

    Stages(Bridge bridge, StreamProcessor stream, Sink sink) {
        this.bridge = bridge;
        this.stream = stream;
        this.sink = sink;
    }

    /**
     * Makes the topics where they are missing and starts all three.
     *
     * @throws io.catchwater.cli.CommandFailure when one does not start; none is left running then
     */
    static Stages start(RunSettings settings, Deployment deployment, Faults faults) throws InterruptedException {
        return new StageStart(settings.source(), deployment, faults).startAll(settings);
    }

    /** The ring's file, for programs. */
    Path ring() {
        return bridge.ring();
    }

    /**
     * To be called when the programs have ended. Returns when the replica has everything; waits as long as it takes.
     *
     * @throws IllegalStateException when a stage has failed
     */
    public void finish() throws InterruptedException {
        long lsn;
        try {
            lsn = bridge.finish();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the bridge failed: " + e.getCause().getMessage(), e.getCause());
        }
        boolean applied = hasApplied(lsn);
        while (!applied) {
            applied = hasApplied(lsn);
        }
    }

    private boolean hasApplied(long lsn) throws InterruptedException {
        try {
            sink.awaitApplied(lsn, APPLY_SLICE);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (SinkException e) {
            throw SinkFailures.explain(e);
        }
    }

    /** Whether the first copy is complete: from then on any moment can be restored. */
    public boolean hasCopied() {
        return !bridge.progress().copying() && !sink.progress().copyOpen();
    }

    /** True when a copy is open, and the rate that is in force lets none of it through. */
    boolean standsStill() {
        BridgeProgress captured = bridge.progress();
        return captured.copying() && captured.copyBytesPerSecond() == 0;
    }

    /** A number that changes while anything goes forward. */
    long mark() {
        BridgeProgress captured = bridge.progress();
        SinkProgress applied = sink.progress();
        return captured.acknowledgedLsn()
                + captured.copyBytesDone()
                + captured.copyFilesDone()
                + applied.appliedLsn()
                + applied.operationsApplied();
    }

    /** Programs that began under the hook so far. */
    int processesSeen() {
        return bridge.processesSeen();
    }

    /** What the replica may lack, and what had to be read again. */
    public Coverage coverage() {
        return new Coverage(sink.progress().uncovered());
    }

    /** How far the replica is. */
    Progress progress() {
        BridgeProgress captured = bridge.progress();
        SinkProgress applied = sink.progress();
        long behind = captured.lagBytes() + applied.lagBytes();
        long total = applied.bytesApplied() + behind;
        double seconds = (System.nanoTime() - begunNs) / 1e9;
        return new Progress(
                captured.copying() || applied.copyOpen() ? "copying" : "following",
                total == 0 ? 0 : 100.0 * applied.bytesApplied() / total,
                applied.bytesApplied(),
                total,
                captured.copyFilesDone(),
                captured.copyFilesTotal(),
                Math.round(applied.bytesApplied() / seconds),
                captured.copyBytesPerSecond(),
                seconds,
                behind,
                applied.lagSeconds(),
                applied.appliedLsn());
    }

    @Override
    public void close() {
        closeAll(bridge, stream, sink);
    }

    /** Closes what is there, in the order in which data flows. */
    static void closeAll(AutoCloseable... stages) {
        for (AutoCloseable stage : stages) {
            if (stage == null) {
                continue;
            }
            try {
                stage.close();
            } catch (Exception e) {
                LOG.warn("Closing a stage: {}", e.toString(), e);
            }
        }
    }
}
