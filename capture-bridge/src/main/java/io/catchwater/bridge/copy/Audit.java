package io.catchwater.bridge.copy;

import io.catchwater.bridge.publish.EventLog;
import io.catchwater.bridge.ring.RingFile;
import io.catchwater.bridge.ring.Slots;
import io.catchwater.bridge.source.UncapturedChanges;
import io.catchwater.bridge.source.UncapturedChanges.Change;
import io.catchwater.schemas.UncoveredFacts;
import io.catchwater.schemas.control.UncapturedProcess;
import io.catchwater.schemas.event.FileAttributes;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.ListedName;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.event.UncoveredKind;
import io.catchwater.schemas.ring.RingLayout;
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

    private static final String REASON = "changed by something that is not captured";

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
    private final List<UncapturedProcess> writers = new ArrayList<>();
    private UnseenWays unseen = UnseenWays.NONE;
    private AuditListener listener = AuditListener.NONE;
    private boolean whole;
    private boolean foundSomething;

    /** Whether something is named that the next audit names anew. */
    private boolean named;

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

    /** Who is told of audits from now on. */
    void tell(AuditListener told) {
        listener = told;
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
        if (report instanceof Report.WritersFound processes && processes.walk() == -walk) {
            writers.clear();
            writers.addAll(processes.writers());
            processes.mapped().forEach(each -> unseen.mapped(each.file(), each.pid()));
            processes.asynchronous().forEach(each -> unseen.asynchronous(each.pid(), each.program()));
        } else if (report instanceof Report.ChangesFound told && told.walk() == -walk) {
            changes.addAll(told.changes());
            whole = told.whole();
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
            foundSomething = false;
            listener.begun();
        } else if (step instanceof Step.Ordered ordered && !copies.isNaming()) {
            step = new Step.Walking(ordered.round());
            walk++;
            readers.audit(-walk);
        } else if (step instanceof Step.Settling settling && slots.settled(settling.inFlight())) {
            step = new Step.Draining(settling.round(), ring.tail());
        } else if (step instanceof Step.Draining draining && log.drainedPosition() >= draining.high()) {
            step = judge(draining.round());
        } else if (step instanceof Step.Healing healing && copies.isIdle()) {
            step = new Step.Ordered(healing.round() + 1);
        }
        return step == before ? 0 : 1;
    }

    private Step judge(int round) {
        boolean last = round == ROUNDS;
        List<Uncovered> news = compare(last ? UncoveredKind.UNSETTLED_CHANGE : UncoveredKind.UNCAPTURED_CHANGE);
        foundSomething |= !news.isEmpty();
        if (!news.isEmpty() && !last) {
            news.forEach(log::names);
            return new Step.Healing(round);
        }
        tell(news);
        return end();
    }

    /** @param unsettled what was found by the last walk of all: nobody looks whether it is changed again */
    private void tell(List<Uncovered> unsettled) {
        if (named) {
            log.names(UncoveredFacts.ofSource(UncoveredKind.UNCAPTURED_ANEW, ""));
        }
        if (!whole) {
            log.names(UncoveredFacts.ofSource(UncoveredKind.DETECTION_LIMITED, ""));
        }
        unsettled.forEach(log::names);
        writers.forEach(writer -> log.names(fact(writer)));
        named = !unsettled.isEmpty() || !writers.isEmpty();
        listener.ended(new AuditListener.Result(
                foundSomething, unsettled.isEmpty(), List.copyOf(writers), log.drainedLsn(), EventLog.nowNs()));
    }

    private Step end() {
        List<Runnable> done = List.copyOf(served);
        served.clear();
        done.forEach(Runnable::run);
        return new Step.Resting();
    }

    private byte[] path(FileId file) {
        byte[] path = copies.path(file);
        return path.length == 0 ? ROOT : path;
    }

    private static Uncovered fact(UncapturedProcess writer) {
        return new Uncovered(
                writer.getPath(),
                writer.getPid(),
                "",
                UncoveredKind.UNCAPTURED_WRITER,
                writer.getProgram(),
                writer.getFiles());
    }

    private List<Uncovered> compare(UncoveredKind kind) {
        List<Uncovered> facts = new ArrayList<>();
        Set<FileKey> news = new LinkedHashSet<>();
        for (Found each : found) {
            if (times.isNews(each.file(), each.changedNs()) && !unseen.isMapped(each.file())) {
                times.readAfter(each.file(), each.changedNs());
                readAgain(each.file(), each.isRegular());
                news.add(FileKey.of(each.file()));
            }
        }
        news.removeAll(changed(news, kind, facts));
        news.forEach(file -> facts.add(UncoveredFacts.ofFile(kind, path(file.file()))));
        found.clear();
        changes.clear();
        return facts;
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
     * @param facts where it is named
     * @return files of which it is known
     */
    private Set<FileKey> changed(Set<FileKey> news, UncoveredKind kind, List<Uncovered> facts) {
        Set<FileKey> known = new LinkedHashSet<>();
        if (changes.isEmpty()) {
            return known;
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
            if (!isNews && !known.contains(file)) {
                readAgain(change.file(), change.regular());
            }
            known.add(file);
            facts.add(UncoveredFacts.ofFile(
                    kind,
                    path(change.file()),
                    change.pid(),
                    change.program(),
                    change.reason().text()));
        }
        return known;
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
