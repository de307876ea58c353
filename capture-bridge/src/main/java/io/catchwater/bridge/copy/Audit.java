package io.catchwater.bridge.copy;

import io.catchwater.bridge.publish.EventLog;
import io.catchwater.bridge.ring.RingFile;
import io.catchwater.bridge.ring.Slots;
import io.catchwater.bridge.source.UncapturedWriters;
import io.catchwater.schemas.UncoveredReasons;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.ListedName;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.ring.RingLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Looks for changes that nobody captured: walks the tree and compares each change time with {@link ChangeTimes}. What has
 * changed unseen is named and read again, names and attributes with it, until a walk finds nothing new or the rounds are
 * over. At most one walk is under way; who asks meanwhile waits for the next.
 *
 * <p>A directory that a program moves while it is walked may be missed by that walk. Drain thread only.
 */
final class Audit {

    /** Walks for one request at most: what changes all the time is named, and the backup goes on. */
    static final int ROUNDS = 3;

    private static final String REASON = "changed by something that is not captured" + UncoveredReasons.READ_AGAIN;

    private static final byte[] ROOT = {'.'};

    /** Where it stands. */
    private sealed interface Step {

        /** Nobody asks. */
        record Resting() implements Step {}

        /** Asked: until no base copy and no listing is open. */
        record Ordered(int round) implements Step {}

        /** A reader walks. */
        record Walking(int round) implements Step {}

        /** Walked: until what was in flight then has settled. */
        record Settling(int round, Slots.InFlight inFlight) implements Step {}

        /** Settled: until the ring is drained to {@code high}. */
        record Draining(int round, long high) implements Step {}

        /** Until what was ordered to be read again has been. */
        record Healing(int round) implements Step {}
    }

    /** A file as the walk found it. */
    private record Found(FileId file, long changedNs, boolean regular) {}

    private final EventLog log;
    private final RingFile ring;
    private final Slots slots;
    private final SourceReaders readers;
    private final Copies copies;
    private final ChangeTimes times;
    private final List<Runnable> asked = new ArrayList<>();
    private final List<Runnable> served = new ArrayList<>();
    private final List<Found> found = new ArrayList<>();
    private Predicate<FileId> exempt = file -> false;
    private Step step = new Step.Resting();
    private long walk;

    Audit(EventLog log, RingFile ring, Slots slots, SourceReaders readers, Copies copies, ChangeTimes times) {
        this.log = log;
        this.ring = ring;
        this.slots = slots;
        this.readers = readers;
        this.copies = copies;
        this.times = times;
    }

    /** Files whose change times say nothing, since they are stored to through memory. */
    void exempt(Predicate<FileId> files) {
        exempt = files;
    }

    /** Calls back when a walk that begins from now on, and what it makes necessary, is done. */
    void ask(Runnable done) {
        asked.add(done);
    }

    /** Everything is read anew: what was found is void. */
    void restart() {
        if (!(step instanceof Step.Resting)) {
            step = new Step.Ordered(1);
            found.clear();
        }
    }

    void take(Report report) {
        if (!(step instanceof Step.Walking walking)) {
            return;
        }
        if (report instanceof Report.WritersFound writers && writers.walk() == -walk) {
            writers.writers().forEach(this::name);
        } else if (report instanceof Report.DirectoryRead read && read.walk() == -walk) {
            found.add(new Found(read.part().getDirectory(), read.changedNs(), false));
            for (int i = 0; i < read.namesChangedNs().size(); i++) {
                ListedName name = read.part().getNames().get(i);
                // Directories are found when they are read themselves; what goes through a fifo changes its time.
                boolean regular = FileModes.isRegular(name.getAttributes());
                if (regular || FileModes.isSymlink(name.getAttributes())) {
                    found.add(new Found(name.getFile(), read.namesChangedNs().get(i), regular));
                }
            }
        } else if (report instanceof Report.WalkEnded ended && ended.walk() == -walk) {
            step = new Step.Settling(walking.round(), ended.inFlight());
        }
    }

    /**
     * Moves it on.
     *
     * @return how many steps were made
     */
    int work() {
        Step before = step;
        if (step instanceof Step.Resting && !asked.isEmpty()) {
            served.addAll(asked);
            asked.clear();
            step = new Step.Ordered(1);
        } else if (step instanceof Step.Ordered ordered && !copies.isNaming()) {
            step = new Step.Walking(ordered.round());
            walk++;
            readers.audit(-walk);
        } else if (step instanceof Step.Settling settling && slots.settled(settling.inFlight())) {
            step = new Step.Draining(settling.round(), ring.tail());
        } else if (step instanceof Step.Draining draining && log.drainedPosition() >= draining.high()) {
            boolean clean = compare() == 0;
            step = clean || draining.round() == ROUNDS ? end() : new Step.Healing(draining.round());
        } else if (step instanceof Step.Healing healing && copies.isIdle()) {
            step = new Step.Ordered(healing.round() + 1);
        }
        return step == before ? 0 : 1;
    }

    private Step end() {
        List<Runnable> done = List.copyOf(served);
        served.clear();
        done.forEach(Runnable::run);
        return new Step.Resting();
    }

    private ByteBuffer path(FileId file) {
        byte[] path = copies.path(file);
        return path.length == 0 ? ByteBuffer.wrap(ROOT) : ByteBuffer.wrap(path);
    }

    private void name(UncapturedWriters.Writer writer) {
        byte[] file = writer.file().toString().getBytes(StandardCharsets.UTF_8);
        String reason = writer.program() + " can change it and is not captured" + UncoveredReasons.READ_AGAIN;
        log.names(new Uncovered(ByteBuffer.wrap(file), writer.pid(), reason));
    }

    private int compare() {
        int news = 0;
        for (Found each : found) {
            if (times.isNews(each.file(), each.changedNs()) && !exempt.test(each.file())) {
                news++;
                log.names(new Uncovered(path(each.file()), 0, REASON));
                times.readAfter(each.file(), each.changedNs());
                copies.relist(log.drainedLsn(), REASON);
                if (each.regular()) {
                    copies.heal(each.file(), 0, RingLayout.UNBOUNDED, log.drainedLsn(), REASON);
                }
            }
        }
        found.clear();
        return news;
    }
}
