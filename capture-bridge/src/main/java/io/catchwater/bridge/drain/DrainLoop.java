package io.catchwater.bridge.drain;

import io.catchwater.bridge.copy.Copies;
import io.catchwater.bridge.publish.EventLog;
import io.catchwater.bridge.ring.DeadChange;
import io.catchwater.bridge.ring.DeadWriters;
import io.catchwater.bridge.ring.RingEntry;
import io.catchwater.bridge.ring.RingFile;
import io.catchwater.bridge.ring.RingPads;
import io.catchwater.bridge.ring.RingReader;
import io.catchwater.bridge.source.CapturedProcesses;
import io.catchwater.bridge.source.SourceRoots;
import io.catchwater.schemas.FileIds;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The duty cycle of the drain thread: read the ring, publish, take note of what has arrived, move copies on, look after
 * the dead, tell how far it is. Drain thread only, but where it says otherwise.
 */
public final class DrainLoop {

    /** Most entries in one cycle: what else there is to do must not wait for long. */
    static final int ENTRIES_PER_CYCLE = 512;

    /** After how long watermarks are sent that say nothing new, but for the time; then after twice as long, and so on. */
    static final long WATERMARK_AGAIN_NS = TimeUnit.MILLISECONDS.toNanos(40);

    /** How often at least: whoever waits for a moment of an idle source waits for as long. */
    static final long WATERMARK_IDLE_NS = TimeUnit.MILLISECONDS.toNanos(500);

    /** How often watermarks are sent at most. */
    static final long WATERMARK_BUSY_NS = TimeUnit.MILLISECONDS.toNanos(5);

    /** How often the owners of changes in flight are looked up. */
    static final long DEAD_CHECK_NS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Every so many of these checks, owners of idle slots are looked up too. */
    static final int IDLE_CHECK_EVERY = 20;

    private final RingFile ring;
    private final RingReader reader;
    private final EventLog log;
    private final Copies copies;
    private final CapturedProcesses captured;
    private final EntryPublisher publisher;
    private final MappedFiles mapped;
    private final CutRequests cuts;
    private final DeadWriters deadWriters;
    private final RingPads pads;
    private final BrokenChanges broken;
    private final Finish finish;
    private final AtomicBoolean auditWanted = new AtomicBoolean();

    private long head;
    private long overrunsSeen;
    private long watermarkNs;
    private long watermarkAgainNs = WATERMARK_AGAIN_NS;
    private long deadCheckNs;
    private int deadChecks;
    private boolean deadCheckDue = true;

    /** At the beginning of a ring. */
    public DrainLoop(
            RingFile ring,
            RingReader reader,
            EventLog log,
            SourceRoots roots,
            Copies copies,
            DeadWriters deadWriters,
            CapturedProcesses captured) {
        this.ring = ring;
        this.reader = reader;
        this.log = log;
        this.copies = copies;
        this.deadWriters = deadWriters;
        this.captured = captured;
        this.mapped = new MappedFiles(log, copies);
        IoUringFiles ioUring = new IoUringFiles(log, copies, ring::tail, IoUringFiles::isThere);
        this.publisher = new EntryPublisher(log, roots, copies, mapped, ioUring, captured.programs());
        UnseenChanges unseen = new UnseenChanges(mapped, ioUring);
        copies.unseen(unseen);
        this.cuts = new CutRequests(log, ring::tail, copies::audit, mapped, ioUring::heal);
        this.pads = new RingPads(ring);
        this.broken = new BrokenChanges(pads);
        this.finish = new Finish(log, ring::tail, copies::audit, unseen::heal, this::isAtRest);
        this.head = reader.position();
    }

    /** Orders the first base copy. Called once, before the first cycle. */
    public void begin() {
        copies.beginBase("capture begins", log.lsn(reader.position()), reader.position());
    }

    /**
     * One cycle; does not wait.
     *
     * @param nowNs of {@link System#nanoTime}
     * @return how much was done; 0 when there is nothing to do now
     */
    public int work(long nowNs) {
        int done = acknowledge();
        checkOverruns();
        done += takeRequests();
        done += drain();
        done += copies.work();
        done += mapped.work();
        done += rise();
        done += repair(nowNs);
        done += broken.work();
        done += watermarks(nowNs);
        done += finish.work();
        return done;
    }

    private int acknowledge() {
        long acknowledged = log.pollAcknowledged();
        if (acknowledged == head) {
            return 0;
        }
        head = acknowledged;
        ring.setHead(acknowledged);
        return 1;
    }

    private int takeRequests() {
        int accepted = cuts.accept();
        if (auditWanted.compareAndSet(true, false)) {
            copies.audit(() -> {});
        }
        // What a dead program left half done before it was asked is read again in time.
        if (finish.begins() || accepted > 0) {
            deadCheckDue = true;
        }
        return accepted;
    }

    private int drain() {
        int entries = 0;
        while (entries < ENTRIES_PER_CYCLE && !mapped.isPlacing()) {
            // Before a cut is published: a change lost before it was asked for is known by now.
            checkOverruns();
            cuts.publishDue();
            RingEntry entry = log.isFull() ? null : reader.poll();
            if (entry == null) {
                break;
            }
            // After the entry was seen, before it is sent: what is lost before it has to be known before it.
            checkOverruns();
            if (entry instanceof RingEntry.Pad pad) {
                endBroken(broken.endingAt(pad.origin().position()), pad.origin().position());
            } else {
                captured.drained(entry.origin().pid());
                publisher.publish(entry);
            }
            log.setDrained(reader.position());
            entries++;
        }
        return entries;
    }

    private void checkOverruns() {
        long overruns = ring.overruns();
        if (overruns == overrunsSeen) {
            return;
        }
        overrunsSeen = overruns;
        if (copies.isBaseAhead()) {
            copies.postponeBase(ring.tail());
        } else {
            copies.beginBase(overruns + " changes were not recorded so far", log.drainedLsn(), ring.tail());
        }
        ring.setOverrunsSeen(overruns);
    }

    private void endBroken(DeadChange change, long position) {
        if (change != null) {
            publisher.endBroken(change.file(), log.lsn(position), log.lsn(change.firstPosition()));
        }
    }

    /** Nothing happens in the ring, but a copy needs an LSN of its own. */
    private int rise() {
        return log.takeWish() && pads.claim() != 0 ? 1 : 0;
    }

    private int repair(long nowNs) {
        if (nowNs - deadCheckNs < DEAD_CHECK_NS && !deadCheckDue) {
            return 0;
        }
        deadCheckNs = nowNs;
        deadCheckDue = false;
        int done = 0;
        for (DeadChange change : deadWriters.repair(deadChecks++ % IDLE_CHECK_EVERY == 0)) {
            done++;
            readAgain(change);
            if (change.firstPosition() != 0) {
                broken.add(change);
            }
        }
        return done;
    }

    private void readAgain(DeadChange change) {
        String reason = "a program died during a change";
        if (change.concernsNames()) {
            copies.relist(log.drainedLsn(), reason);
        }
        if (!change.concernsNames() && FileIds.isNone(change.file())) {
            copies.beginBase(reason + " of an unknown file", log.drainedLsn(), ring.tail());
        } else if (!FileIds.isNone(change.file())) {
            copies.times().captured(change.file(), EventLog.nowNs());
            copies.heal(change.file(), Math.max(0, change.start()), change.end(), log.drainedLsn(), reason);
        }
    }

    private int watermarks(long nowNs) {
        long elapsed = nowNs - watermarkNs;
        boolean news = log.drainedLsn() != log.watermarkLsn();
        if (elapsed < (news ? WATERMARK_BUSY_NS : watermarkAgainNs)) {
            return 0;
        }
        watermarkAgainNs = news ? WATERMARK_AGAIN_NS : Math.min(2 * watermarkAgainNs, WATERMARK_IDLE_NS);
        watermarkNs = nowNs;
        log.watermarks(reader.lag());
        return news ? 1 : 0;
    }

    private boolean isAtRest() {
        return copies.isIdle() && broken.isEmpty() && !deadWriters.hasUndecided();
    }

    /** Asks for a cut at the LSN of this moment. Any thread; completed with the LSN of the request's record. */
    public CompletableFuture<Long> requestCut(String commandId) {
        return cuts.ask(commandId);
    }

    /**
     * Says in the log that there is no cut for a command. Any thread.
     *
     * @param reason one line for a reader
     * @return completed with the LSN of the record
     */
    public CompletableFuture<Long> refuseCut(String commandId, String reason) {
        return cuts.refuse(commandId, reason);
    }

    /** Has what was changed unseen looked for and read again, though nobody wants a cut. Any thread. */
    public void requestAudit() {
        auditWanted.set(true);
    }

    /** As {@link Finish}. Any thread. */
    public CompletableFuture<Long> finish() {
        return finish.ask();
    }

    /** Programs that began under the hook so far. Any thread. */
    public int processes() {
        return publisher.processes();
    }
}
