package io.catchwater.bridge.copy;

import io.catchwater.bridge.publish.EventLog;
import io.catchwater.bridge.ring.RingFile;
import io.catchwater.bridge.ring.Slots;
import io.catchwater.bridge.source.NotCaptured;
import io.catchwater.bridge.source.UncapturedChanges;
import io.catchwater.bridge.source.UncapturedChanges.Change;
import io.catchwater.bridge.source.UncapturedWriters;
import io.catchwater.schemas.UncoveredReasons;
import io.catchwater.schemas.event.FileAttributes;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.ListedName;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.ring.RingLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Looks for changes that nobody captured: asks {@link UncapturedChanges} which process has made some, walks the tree and
 * compares each change time with {@link ChangeTimes}. What has changed unseen is named and read again, names and attributes
 * with it, until a walk finds nothing new or the rounds are over. At most one walk is under way; who asks meanwhile waits for the next.
 *
 * <p>A directory that a program moves while it is walked may be missed by that walk. Drain thread only.
 */
final class Audit {

    /** Walks for one request at most: what changes all the time is named, and the backup goes on. */
    static final int ROUNDS = 3;

    private static final String REASON = "changed by something that is not captured" + UncoveredReasons.READ_AGAIN;
    private static final String BY_PROGRAM = "changed by %s, which is not captured%s" + UncoveredReasons.READ_AGAIN;

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

    /**
     * A file as the walk found it.
     *
     * @param attributes null for a directory
     */
    private record Found(FileId file, long changedNs, FileAttributes attributes) {

        boolean isRegular() {
            return attributes != null && FileModes.isRegular(attributes);
        }
    }

    private final EventLog log;
    private final RingFile ring;
    private final Slots slots;
    private final SourceReaders readers;
    private final Copies copies;
    private final ChangeTimes times;
    private final List<Runnable> asked = new ArrayList<>();
    private final List<Runnable> served = new ArrayList<>();
    private final List<Found> found = new ArrayList<>();
    private final List<Change> changes = new ArrayList<>();
    private UnseenWays unseen = UnseenWays.NONE;
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

    /** Who knows what is changed without a call, and is told what is found of that. */
    void unseen(UnseenWays ways) {
        unseen = ways;
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
            changes.clear();
        }
    }

    void take(Report report) {
        if (!(step instanceof Step.Walking walking)) {
            return;
        }
        if (report instanceof Report.WritersFound writers && writers.walk() == -walk) {
            writers.writers().stream().filter(writer -> !writer.captured()).forEach(this::name);
            writers.mapped().forEach(each -> unseen.mapped(each.file(), each.pid()));
            writers.asynchronous().forEach(each -> unseen.asynchronous(each.pid(), each.program()));
        } else if (report instanceof Report.ChangesFound told && told.walk() == -walk) {
            changes.addAll(told.changes());
        } else if (report instanceof Report.DirectoryRead read && read.walk() == -walk) {
            found.add(new Found(read.part().getDirectory(), read.changedNs(), null));
            for (int i = 0; i < read.namesChangedNs().size(); i++) {
                ListedName name = read.part().getNames().get(i);
                // Directories are found when they are read themselves; what goes through a fifo changes its time.
                FileAttributes attributes = name.getAttributes();
                if (FileModes.isRegular(attributes) || FileModes.isSymlink(attributes)) {
                    found.add(new Found(name.getFile(), read.namesChangedNs().get(i), attributes));
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
        String reason = writer.program() + " can change it and is not captured" + because(writer.reason())
                + UncoveredReasons.READ_AGAIN;
        log.names(new Uncovered(ByteBuffer.wrap(file), writer.pid(), reason));
    }

    private static String because(NotCaptured reason) {
        return reason.text().isEmpty() ? "" : ": " + reason.text();
    }

    private int compare() {
        Set<FileKey> news = new LinkedHashSet<>();
        for (Found each : found) {
            if (times.isNews(each.file(), each.changedNs()) && !unseen.isMapped(each.file())) {
                times.readAfter(each.file(), each.changedNs());
                readAgain(each.file(), each.isRegular());
                news.add(FileKey.of(each.file()));
            }
        }
        Set<FileKey> named = nameWriters(news);
        news.removeAll(named);
        news.forEach(file -> log.names(new Uncovered(path(file.file()), 0, REASON)));
        found.clear();
        changes.clear();
        return news.size() + named.size();
    }

    private void readAgain(FileId file, boolean regular) {
        copies.relist(log.drainedLsn(), REASON);
        if (regular) {
            copies.heal(file, 0, RingLayout.UNBOUNDED, log.drainedLsn(), REASON);
        }
    }

    /**
     * Names who has changed files, and has those files read again of which the change time says nothing.
     *
     * @param news files that have changed by their change times
     */
    private Set<FileKey> nameWriters(Set<FileKey> news) {
        Set<FileKey> named = new LinkedHashSet<>();
        if (changes.isEmpty()) {
            return named;
        }
        Set<FileKey> settled = new HashSet<>();
        changes.stream()
                .filter(change -> change.kind() != UncapturedChanges.Kind.SUSPECTED)
                .forEach(change -> settled.add(FileKey.of(change.file())));
        Map<FileKey, FileAttributes> attributes = new HashMap<>();
        found.forEach(each -> attributes.put(FileKey.of(each.file()), each.attributes()));
        for (Change change : changes) {
            FileKey file = FileKey.of(change.file());
            if (change.kind() == UncapturedChanges.Kind.SUSPECTED && settled.contains(file)) {
                continue;
            }
            boolean isNews = news.contains(file);
            if (!isNews && (!attributes.containsKey(file) || isVoid(change, attributes.get(file)))) {
                continue;
            }
            if (!isNews && !named.contains(file)) {
                readAgain(change.file(), change.regular());
            }
            named.add(file);
            String program = change.program().isEmpty() ? "something" : change.program();
            log.names(new Uncovered(
                    path(change.file()), change.pid(), BY_PROGRAM.formatted(program, because(change.reason()))));
        }
        return named;
    }

    /** True when a change made no difference, as far as the change time does not say otherwise. */
    private boolean isVoid(Change change, FileAttributes walked) {
        return switch (change.kind()) {
            case CONTENT -> false;
            case SUSPECTED -> true;
            case ATTRIBUTES ->
                walked != null
                        && copies.names()
                                .attributes(change.file())
                                .filter(known -> known.getMode() == walked.getMode()
                                        && known.getUid() == walked.getUid()
                                        && known.getGid() == walked.getGid()
                                        && Objects.equals(known.getExtended(), walked.getExtended()))
                                .isPresent();
        };
    }
}
