package io.catchwater.bridge.drain;

import io.catchwater.bridge.copy.Copies;
import io.catchwater.bridge.copy.FileKey;
import io.catchwater.bridge.publish.EventLog;
import io.catchwater.schemas.UncoveredFacts;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.UncoveredKind;
import io.catchwater.schemas.ring.RingLayout;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The files that programs have mapped shared and writable: what is stored there is not seen, so they are read again when it
 * matters. For a cut that is tried until nothing has been stored from before they were read to after the cut was placed:
 * then they are in it as they were at that moment. Drain thread only.
 */
final class MappedFiles {

    /** Files remembered; what is mapped beyond that is named as uncovered and not read again. */
    static final int LIMIT = 65_536;

    /** Files that are read until they keep still; more are read once. */
    static final int SETTLED_LIMIT = 1024;

    /** How often they are read for a cut. */
    static final int ROUNDS = 3;

    /** How long the ring is not read on while the change times are looked at for a cut. */
    static final long HOLD_LIMIT_NS = TimeUnit.SECONDS.toNanos(1);

    /**
     * A cut that falls where the ring is drained to.
     *
     * @param settled files that were read, and have not been stored into since
     */
    record Cut(Set<FileKey> settled) {}

    /** @param from ring position at or after which the cut falls */
    private record Asked(long from, Consumer<Cut> cut) {}

    /** How far they are read for a cut. */
    private sealed interface Step {

        /** No cut is wanted. */
        record Resting() implements Step {}

        /** Until readers have written them back, and told when they were changed. */
        record Looking(int round) implements Step {}

        /** Until they have been read. */
        record Reading(int round) implements Step {}

        /** The cut is placed, where the ring is drained to: until readers have told when they were changed. */
        record Checking(int round, long position, long sinceNs) implements Step {}
    }

    private final EventLog log;
    private final Copies copies;

    /** With the process that was seen first. */
    private final Map<FileKey, Integer> files = new LinkedHashMap<>();

    private final Set<FileKey> unnamed = new LinkedHashSet<>();
    private final List<Asked> asked = new ArrayList<>();
    private final List<Consumer<Cut>> served = new ArrayList<>();

    /** Of those that are being read for a cut. */
    private final Map<FileKey, Long> changedNs = new HashMap<>();

    /** Of those that are in the stream as they were when they had kept still for a cut. */
    private final Map<FileKey, Long> settledNs = new HashMap<>();

    private Step step = new Step.Resting();
    private int listings;

    /** Whether one has been named since all were. */
    private boolean named;

    /** Without any. */
    MappedFiles(EventLog log, Copies copies) {
        this.log = log;
        this.copies = copies;
    }

    void add(FileId file, int pid) {
        FileKey key = FileKey.of(file);
        if (files.containsKey(key)) {
            return;
        }
        if (files.size() < LIMIT) {
            files.put(key, pid);
            unnamed.add(key);
            nameUnnamed();
        } else {
            name(key, pid, UncoveredKind.MAPPED);
        }
    }

    /** True when a file is one of them. */
    boolean holds(FileId file) {
        return files.containsKey(FileKey.of(file));
    }

    /** Called in each cycle, after the copies. */
    int work() {
        return nameAll() + settle();
    }

    /**
     * What is named before a base copy counts no more, and before its listing is closed a file may have no path yet: then all
     * are named.
     */
    private int nameAll() {
        if (listings == copies.listings()) {
            return 0;
        }
        listings = copies.listings();
        unnamed.addAll(files.keySet());
        nameUnnamed();
        return 1;
    }

    /**
     * Reads them for a cut; answers when it falls. {@link #publish} has to follow before the ring is read on.
     *
     * @param from ring position at or after which it falls
     */
    void readFor(long from, Consumer<Cut> cut) {
        asked.add(new Asked(from, cut));
    }

    private int settle() {
        Step before = step;
        if (step instanceof Step.Resting && takeAsked()) {
            forgetNameless();
            changedNs.clear();
            look(1, files.size() <= SETTLED_LIMIT ? files.keySet() : Set.of());
        } else if (step instanceof Step.Reading reading && copies.isIdle()) {
            check(reading.round());
        }
        return step == before ? 0 : 1;
    }

    private boolean takeAsked() {
        long drained = log.drainedPosition();
        asked.stream().filter(each -> each.from() <= drained).map(Asked::cut).forEach(served::add);
        asked.removeIf(each -> each.from() <= drained);
        return !served.isEmpty();
    }

    private void look(int round, Collection<FileKey> wanted) {
        step = new Step.Looking(round);
        copies.changeTimes(wanted, true, times -> {
            changedNs.putAll(times);
            boolean read = false;
            for (Map.Entry<FileKey, Long> each : times.entrySet()) {
                if (!each.getValue().equals(settledNs.get(each.getKey()))) {
                    readAgain(each.getKey());
                    read = true;
                }
            }
            if (read) {
                step = new Step.Reading(round);
            } else {
                check(round);
            }
        });
    }

    private void check(int round) {
        Step.Checking checking = new Step.Checking(round, log.drainedPosition(), System.nanoTime());
        step = checking;
        copies.changeTimes(changedNs.keySet(), false, times -> {
            Set<FileKey> moved = new HashSet<>(changedNs.keySet());
            moved.removeIf(file -> changedNs.get(file).equals(times.get(file)));
            changedNs.keySet().removeAll(moved);
            if (moved.isEmpty() || round == ROUNDS) {
                boolean held = log.drainedPosition() == checking.position();
                settledNs.clear();
                settledNs.putAll(held ? changedNs : Map.of());
                end(new Cut(Set.copyOf(settledNs.keySet())));
            } else {
                look(round + 1, moved);
            }
        });
    }

    /** True while the ring must not be read on: what was read of the files belongs to the place where it is drained to. */
    boolean isPlacing() {
        return step instanceof Step.Checking checking
                && log.drainedPosition() == checking.position()
                && System.nanoTime() - checking.sinceNs() < HOLD_LIMIT_NS;
    }

    private void end(Cut cut) {
        step = new Step.Resting();
        List<Consumer<Cut>> answered = List.copyOf(served);
        served.clear();
        answered.forEach(each -> each.accept(cut));
    }

    /**
     * Called before a cut is published: names all that are mapped by now, and has those that did not keep still read once
     * more, in a copy that is open when this returns.
     */
    void publish(Cut cut) {
        forgetNameless();
        if (named) {
            log.names(UncoveredFacts.ofSource(UncoveredKind.MAPPED_ANEW, ""));
            named = false;
        }
        for (FileKey file : files.keySet()) {
            boolean settled = cut.settled().contains(file);
            name(file, files.get(file), settled ? UncoveredKind.MAPPED_SETTLED : UncoveredKind.MAPPED);
            if (!settled) {
                readAgain(file);
            }
        }
    }

    /** All that still have a name are read again, in a copy that is open when this returns. */
    void heal() {
        forgetNameless();
        nameUnnamed();
        files.keySet().forEach(this::readAgain);
    }

    private void forgetNameless() {
        files.keySet().removeIf(file -> copies.isForgotten(file.file()));
        unnamed.retainAll(files.keySet());
    }

    private void readAgain(FileKey file) {
        settledNs.remove(file);
        copies.heal(file.file(), 0, RingLayout.UNBOUNDED, log.drainedLsn(), "mapped files");
    }

    private void nameUnnamed() {
        unnamed.removeIf(file -> name(file, files.get(file), UncoveredKind.MAPPED));
    }

    private boolean name(FileKey file, int pid, UncoveredKind kind) {
        byte[] path = copies.path(file.file());
        if (path.length == 0) {
            return false;
        }
        named = true;
        boolean index = kind == UncoveredKind.MAPPED && copies.isSqliteIndex(path);
        UncoveredKind judged = index ? UncoveredKind.MAPPED_INDEX : kind;
        log.names(log.drainedLsn(), 0, pid, UncoveredFacts.ofFile(judged, path, pid, "", ""));
        return true;
    }
}
