package io.catchwater.bridge.copy;

import io.catchwater.bridge.publish.ChunkSink;
import io.catchwater.bridge.publish.EventLog;
import io.catchwater.bridge.ring.RingFile;
import io.catchwater.bridge.ring.Slots;
import io.catchwater.bridge.source.SourceFiles;
import io.catchwater.bridge.source.UncapturedChanges;
import io.catchwater.bridge.source.UncapturedWriters;
import io.catchwater.files.Names;
import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.UncoveredFacts;
import io.catchwater.schemas.event.CopyBegun;
import io.catchwater.schemas.event.CopyEnded;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.Gone;
import io.catchwater.schemas.event.NameChanged;
import io.catchwater.schemas.event.Place;
import io.catchwater.schemas.event.UncoveredKind;
import io.catchwater.tree.NameTree;
import io.catchwater.tree.TreePath;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is read from the source while it changes: the base copy, files that enter, heals; and the names, which tell where
 * to read. At most one copy is open; what comes up meanwhile joins it, and it ends when nothing is left to read.
 *
 * <p>Drain thread only, but for {@link #counts} and {@link #isIdle}: any thread.
 */
public final class Copies {

    private static final Logger LOG = LoggerFactory.getLogger(Copies.class);

    private final EventLog log;
    private final LiveNames names;
    private final TreeListing listing;
    private final FileCopies files;
    private final Workers workers;
    private final CopyCounts counts = new CopyCounts();
    private final ChangeTimes times = new ChangeTimes();
    private final Audit audit;
    private boolean audited = true;
    private final SourceReaders readers;
    private OpenCopy open;
    private volatile boolean idle = true;
    private int listings;
    private final Map<Long, Consumer<Map<FileKey, Long>>> timesWanted = new HashMap<>();
    private long timeRequests;

    /** @param base true for a base copy */
    private record OpenCopy(long id, boolean base, long filesBefore, long bytesBefore) {}

    /**
     * Without a copy.
     *
     * @param writers looks for them before a cut
     * @param changes tells them before a cut
     * @param throttle of all copies together
     * @param windowBytes most data of one window, {@link CopyLimits#WINDOW_BYTES} but for tests
     * @param onFailure called by any thread when a chunk can't arrive
     */
    public Copies(
            EventLog log,
            RingFile ring,
            SourceFiles source,
            UncapturedWriters writers,
            UncapturedChanges changes,
            ChunkSink chunks,
            Workers workers,
            Throttle throttle,
            long windowBytes,
            Consumer<Throwable> onFailure) {
        Slots slots = new Slots(ring);
        this.log = log;
        this.workers = workers;
        this.readers = new SourceReaders(source, writers, changes, slots, workers, chunks, throttle, log, onFailure);
        this.names = new LiveNames(readers.root(), readers.rootAttributes());
        this.listing = new TreeListing(log, ring, slots, readers, times);
        this.files = new FileCopies(log, ring, slots, names, readers, throttle, windowBytes, counts);
        this.audit = new Audit(log, ring, slots, readers, this, times);
    }

    /**
     * Everything is read from the beginning. A copy that is open is void.
     *
     * @param gapFromLsn from which on the stream may lack changes
     * @param from ring position to which the ring has to be drained before the names are listed
     */
    public void beginBase(String reason, long gapFromLsn, long from) {
        OpenCopy replaced = open;
        counts.reset();
        files.clear();
        times.clear();
        times.listingBegins();
        audit.restart();
        names.forget(readers.root(), readers.rootAttributes());
        begin(log.drainedLsn(), true, reason, gapFromLsn);
        if (replaced != null) {
            // After the new one has begun: between the two no LSN may seem to be a cut.
            log.names(new CopyEnded(replaced.id(), false, 0L, 0L));
        }
        listing.order(open.id(), log.drainedLsn(), from);
    }

    /** True when a base copy is ordered whose listing has not begun: it will see all that has happened so far. */
    public boolean isBaseAhead() {
        return open != null && open.base() && listing.isOrdered();
    }

    /** A base copy that {@linkplain #isBaseAhead has not begun} is put off until the ring is drained to a position. */
    public void postponeBase(long from) {
        listing.postpone(from);
    }

    /** The names are to be listed again. */
    public void relist(long lsn, String reason) {
        LOG.info("the names are listed again: {}", reason);
        need(lsn, reason);
        times.listingBegins();
        if (!listing.isActive()) {
            listing.order(open.id(), lsn, log.drainedPosition());
        } else if (!listing.isOrdered()) {
            listing.beginAnew();
        }
    }

    /**
     * A range of a file is to be read again. Nothing is done where the file will be read later anyway, or has no name.
     *
     * @param lsn from which on the stream lacks it
     */
    public void heal(FileId file, long start, long end, long lsn, String reason) {
        if (names.isNameless(file)) {
            names.distrust(file);
        } else if (files.knows(file) || names.isKnown(file)) {
            need(lsn, open == null ? of(file, reason) : reason);
            files.heal(file, start, end);
        }
    }

    private String of(FileId file, String reason) {
        return names.path(file)
                .map(path -> Names.printable(path.bytes()) + ": " + reason)
                .orElse(reason);
    }

    /** A file has a name in the tree by now, and its content is not in the stream. */
    void copyEntering(FileId file, long size) {
        names.know(file);
        files.copy(file, size);
    }

    /** A copy is open when this returns. */
    void need(long lsn, String reason) {
        if (open == null) {
            begin(lsn, false, reason, lsn);
        }
    }

    private void begin(long lsn, boolean base, String reason, long gapFromLsn) {
        open = new OpenCopy(lsn, base, counts.filesDone(), counts.bytesDone());
        idle = false;
        log.everywhere(lsn, new CopyBegun(lsn, base, reason, gapFromLsn));
        if (base) {
            LOG.info("base copy {} begins: {}", Lsn.format(lsn), reason);
        } else {
            LOG.debug("copy {} begins: {}", Lsn.format(lsn), reason);
        }
    }

    LiveNames names() {
        return names;
    }

    boolean isListing() {
        return listing.isActive();
    }

    /** Takes note of a change of names that has just been sent. */
    void changed(NameChanged change, long lsn, long timeNs, boolean tellGone) {
        listing.changed(change, lsn);
        learn(change, timeNs);
        for (FileId lost : names.apply(change)) {
            if (tellGone) {
                gone(lost, lsn);
            }
        }
        if (names.isWhole() && names.attributes(change.getFile()).isEmpty()) {
            times.forget(change.getFile());
        }
    }

    /** What a change of names does to change times: of the file, of the directories, of what else had the new name. */
    private void learn(NameChanged change, long timeNs) {
        if (change.getPlace() != null || change.getNewPlace() != null) {
            times.named(change.getFile(), timeNs);
        }
        for (Place place : Arrays.asList(change.getPlace(), change.getNewPlace())) {
            if (place != null) {
                times.captured(place.getDirectory(), timeNs);
                names.at(place).ifPresent(other -> times.captured(other, timeNs));
            }
        }
    }

    private void gone(FileId file, long lsn) {
        times.forget(file);
        files.drop(file, lsn);
        log.file(file, lsn, new Gone(file));
    }

    /** A file without a name got an excluded one: the stream need not keep it. */
    void leave(FileId file, long lsn) {
        names.distrust(file);
        gone(file, lsn);
    }

    /** Files have only excluded names now, by the name of a directory; a listing has been ordered that will say so. */
    void leave(Predicate<TreePath> excluded, long lsn) {
        names.leave(excluded).forEach(file -> files.drop(file, lsn));
    }

    /** Until when the changes of each file are known. */
    public ChangeTimes times() {
        return times;
    }

    /** Who knows what is changed without a call, and is told what an audit finds of that. */
    public void unseen(UnseenWays ways) {
        audit.unseen(ways);
    }

    /** Who is told of audits. */
    public void tell(AuditListener listener) {
        audit.tell(listener);
    }

    /** Changes that nobody captured are not looked for from now on. */
    public void endAudits() {
        audited = false;
    }

    /**
     * Looks for changes that nobody captured, and reads again what has changed so.
     *
     * @param done called when that is in the stream, or cannot be for now
     */
    public void audit(Runnable done) {
        if (audited) {
            audit.ask(done);
        } else {
            done.run();
        }
    }

    /** True while a base copy or a listing is open: change times are being learned. */
    boolean isNaming() {
        return listing.isActive() || (open != null && open.base());
    }

    /** A path of a file now, for a reader; empty when it is not known. */
    public byte[] path(FileId file) {
        return names.path(file).map(TreePath::bytes).orElseGet(() -> new byte[0]);
    }

    /**
     * True for the index of a write-ahead log of SQLite, by its name and what stands beside it: it holds nothing of its own,
     * and is made anew when the database is opened.
     *
     * @param path below the root of the tree
     */
    public boolean isSqliteIndex(byte[] path) {
        return names.isSqliteIndex(path);
    }

    /**
     * Has readers tell when files were last changed, nanoseconds since 1970; files that are gone, or of which that says
     * nothing about stores through memory, are not in the answer.
     *
     * @param writeBack whether to write the files back first, so that the next store is noticed
     * @param answer called by the drain thread, once
     */
    public void changeTimes(Collection<FileKey> wanted, boolean writeBack, Consumer<Map<FileKey, Long>> answer) {
        Map<FileKey, TreePath> paths = new HashMap<>();
        wanted.forEach(file -> names.path(file.file()).ifPresent(path -> paths.put(file, path)));
        if (paths.isEmpty()) {
            answer.accept(Map.of());
            return;
        }
        timesWanted.put(++timeRequests, answer);
        readers.changeTimes(timeRequests, paths, writeBack);
    }

    /** Listings closed so far: with each, all names are known. */
    public int listings() {
        return listings;
    }

    /** True when the names are known and a file has none. */
    public boolean isForgotten(FileId file) {
        return names.isWhole() && !names.isKnown(file);
    }

    /** True when no copy is open. */
    public boolean isIdle() {
        return idle;
    }

    /** How far the last base copy is, and what has been read since. */
    public CopyCounts counts() {
        return counts;
    }

    /**
     * Moves everything on. Does not wait.
     *
     * @return how much was done; 0 when there is nothing to do now
     */
    public int work() {
        int steps = 0;
        while (steps < CopyLimits.REPORTS) {
            Report report = workers.poll();
            if (report == null) {
                break;
            }
            take(report);
            steps++;
        }
        steps += audit.work();
        if (open == null) {
            return steps;
        }
        boolean ordered = listing.isOrdered();
        NameTree listed = listing.work();
        if (open.base() && ordered && !listing.isOrdered()) {
            // What was drained until now may be older than a change that was lost, and is read again by this copy.
            times.clear();
        }
        if (listed != null) {
            names.replace(listed, files::copy).forEach(lost -> gone(lost, log.drainedLsn()));
            listings++;
            times.listingEnds(file -> listed.attributes(file).isPresent());
            steps++;
        }
        steps += files.work(!listing.isActive(), open.id());
        if (!listing.isActive() && files.isEmpty() && log.isAboveWatermark()) {
            end();
        }
        return steps;
    }

    private void take(Report report) {
        if (report instanceof Report.Unreadable unreadable) {
            byte[] path = unreadable.path().getBytes(StandardCharsets.UTF_8);
            log.names(UncoveredFacts.ofFile(UncoveredKind.UNREADABLE, path, unreadable.reason()));
        } else if (report instanceof Report.ChangeTimesRead read) {
            timesWanted.remove(read.request()).accept(read.changedNs());
        } else {
            listing.take(report);
            files.take(report);
            audit.take(report);
        }
    }

    private void end() {
        long filesRead = counts.filesDone() - open.filesBefore();
        long bytesRead = counts.bytesDone() - open.bytesBefore();
        log.names(new CopyEnded(open.id(), open.base(), filesRead, bytesRead));
        if (open.base()) {
            LOG.info("base copy {} ends: {} files, {} bytes", Lsn.format(open.id()), filesRead, bytesRead);
        }
        open = null;
        idle = true;
    }
}
