package io.catchwater.bridge.watch;

import io.catchwater.bridge.copy.AuditListener;
import io.catchwater.bridge.publish.EventLog;
import io.catchwater.bridge.source.UncapturedChanges;
import io.catchwater.schemas.control.Capture;
import io.catchwater.schemas.control.CapturedProcess;
import io.catchwater.schemas.control.State;
import io.catchwater.schemas.control.UncapturedProcess;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks who has files of the source open without being captured, takes note of audits, and tells what follows. A look costs
 * at most {@link #COST_SHARE} of one processor, however many processes there are; while nothing changes there is hardly one.
 *
 * <p>A thread of its own; as a listener the drain thread.
 */
public final class CaptureWatch implements AuditListener, AutoCloseable {

    /** How often is looked while something changes, at most. */
    static final long LOOK_NS = 3_000_000_000L;

    /** How often is looked while nothing does. */
    static final long IDLE_LOOK_NS = 60_000_000_000L;

    /** A look that took one second is followed by so many without. */
    static final long COST_SHARE = 300;

    /** An audit that nobody asked for comes so long after the last one, at least. */
    static final long AUDIT_NS = 10_000_000_000L;

    /** An audit that took one second is followed by so many without one that nobody asked for. */
    static final long AUDIT_COST_SHARE = 50;

    /** How often who is captured is said again, though nothing is new. */
    static final long HEARTBEAT_NS = 5_000_000_000L;

    /** Processes named of each kind. */
    static final int NAMED_LIMIT = 100;

    private static final long TICK_MS = 500;
    private static final long STOP_MS = 10_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final Logger LOG = LoggerFactory.getLogger(CaptureWatch.class);

    private final Processes processes;
    private final UncapturedChanges changes;
    private final LongSupplier drainedLsn;
    private final LongSupplier tail;
    private final Runnable audit;
    private final WatchReports reports;
    private final Gaps gaps;
    private final Queue<Noted> noted = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean running = true;

    private List<UncapturedProcess> writers = List.of();
    private List<CapturedProcess> captured = List.of();
    private Capture told;
    private boolean auditing;
    private long auditBegunNs;
    private long auditNotBeforeNs = System.nanoTime();
    private long lookedNs;
    /** Of the processor. */
    private long lookTookNs;

    private long lookedTail = -1;
    private long toldNs;

    /** What the drain thread has told. */
    private sealed interface Noted {
        record Begun(long nanoTime) implements Noted {}

        record Ended(Result result, long nanoTime) implements Noted {}
    }

    /** Who has what open. */
    public interface Processes {

        /** Those that are not captured and have files open for writing. */
        List<UncapturedProcess> uncaptured() throws InterruptedException;

        /** Programs that are captured, the oldest first. */
        List<CapturedProcess> captured();
    }

    /**
     * At the beginning of a capture.
     *
     * @param drainedLsn any thread
     * @param tail of the ring, any thread
     * @param audit asks for one, any thread
     */
    public CaptureWatch(
            String source,
            Processes processes,
            UncapturedChanges changes,
            LongSupplier drainedLsn,
            LongSupplier tail,
            Runnable audit,
            WatchReports reports) {
        this.processes = processes;
        this.changes = changes;
        this.drainedLsn = drainedLsn;
        this.tail = tail;
        this.audit = audit;
        this.reports = reports;
        this.gaps = new Gaps(new Gaps.Moment(drainedLsn.getAsLong(), EventLog.nowNs()));
        this.thread = new Thread(this::run, "catchwater-watch-" + source);
        thread.setDaemon(true);
    }

    @Override
    public void begun() {
        noted.add(new Noted.Begun(System.nanoTime()));
    }

    @Override
    public void ended(Result result) {
        noted.add(new Noted.Ended(result, System.nanoTime()));
    }

    /** Looks and tells once, then starts the thread. */
    public void start() throws InterruptedException {
        look();
        tell(State.RUNNING);
        thread.start();
    }

    private void run() {
        try {
            while (running) {
                Thread.sleep(TICK_MS);
                turn(System.nanoTime());
            }
        } catch (InterruptedException e) {
            LOG.debug("nobody looks any more");
        } catch (RuntimeException e) {
            LOG.error("who is not captured is not looked for any more: {}", e.toString(), e);
        }
    }

    /** One turn of the thread. */
    void turn(long nowNs) throws InterruptedException {
        takeNoted();
        if (isLookDue(nowNs)) {
            look();
        }
        if (gaps.openSinceNs() != 0 && writers.isEmpty() && !auditing && nowNs - auditNotBeforeNs >= 0) {
            auditing = true;
            auditBegunNs = nowNs;
            audit.run();
        }
        if (isTellDue(nowNs)) {
            tell(State.RUNNING);
        }
    }

    private void takeNoted() {
        for (Noted next = noted.poll(); next != null; next = noted.poll()) {
            if (next instanceof Noted.Begun begun) {
                auditing = true;
                auditBegunNs = begun.nanoTime();
            } else if (next instanceof Noted.Ended ended) {
                auditing = false;
                long tookNs = ended.nanoTime() - auditBegunNs;
                auditNotBeforeNs = ended.nanoTime() + Math.max(AUDIT_NS, AUDIT_COST_SHARE * tookNs);
                take(ended.result());
            }
        }
    }

    private void take(Result result) {
        writers = result.writers();
        String doubt = doubt(result.found() || !result.settled());
        gaps.audited(new Gaps.Moment(result.lsn(), result.timeNs()), doubt, result.isProof())
                .ifPresent(reports::gap);
    }

    private boolean isLookDue(long nowNs) {
        boolean busy = tail.getAsLong() != lookedTail || !writers.isEmpty() || gaps.openSinceNs() != 0;
        long pauseNs = Math.max(busy ? LOOK_NS : IDLE_LOOK_NS, COST_SHARE * lookTookNs);
        return nowNs - lookedNs >= pauseNs || (changes.mayHaveContent() && nowNs - lookedNs >= LOOK_NS);
    }

    private void look() throws InterruptedException {
        // Before: what is drained by now, and nothing after it, has been before the look.
        Gaps.Moment at = new Gaps.Moment(drainedLsn.getAsLong(), EventLog.nowNs());
        lookedTail = tail.getAsLong();
        long begunNs = THREADS.getCurrentThreadCpuTime();
        writers = processes.uncaptured();
        captured = processes.captured();
        lookTookNs = THREADS.getCurrentThreadCpuTime() - begunNs;
        boolean unread = changes.hasContent();
        lookedNs = System.nanoTime();
        takeNoted();
        String doubt = doubt(unread);
        if (!auditing || !doubt.isEmpty()) {
            gaps.looked(at, doubt, changes.isWhole()).ifPresent(reports::gap);
        }
    }

    private String doubt(boolean changed) {
        if (!writers.isEmpty()) {
            UncapturedProcess first = writers.get(0);
            String program = first.getProgram().isEmpty() ? "a process" : first.getProgram();
            return program + " (process " + first.getPid() + ") can change files and is not captured";
        }
        return changed ? "files were changed by something that is not captured" : "";
    }

    private boolean isTellDue(long nowNs) {
        if (nowNs - toldNs >= HEARTBEAT_NS) {
            captured = processes.captured();
            return true;
        }
        return !capture().equals(told);
    }

    private Capture capture() {
        return new Capture(
                captured.subList(Math.max(0, captured.size() - NAMED_LIMIT), captured.size()),
                captured.size(),
                writers.subList(0, Math.min(NAMED_LIMIT, writers.size())),
                writers.size(),
                gaps.openSinceNs(),
                !changes.isWhole());
    }

    private void tell(State state) {
        told = capture();
        toldNs = System.nanoTime();
        reports.capture(told, state, drainedLsn.getAsLong(), EventLog.nowNs());
    }

    /** Nothing is told any more, by which everybody learns that nobody captures. Any thread. */
    public void stop() {
        running = false;
        thread.interrupt();
    }

    /** Says that nobody captures any more. */
    @Override
    public void close() {
        stop();
        try {
            thread.join(STOP_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!thread.isAlive()) {
            tell(State.COMPLETED);
        }
    }
}
