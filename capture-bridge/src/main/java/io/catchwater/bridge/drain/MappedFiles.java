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
import java.util.function.Consumer;
import java.util.function.LongSupplier;

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

    /**
     * Where a cut falls.
     *
     * @param position of the ring
     * @param settled files that were read, and have not been stored into since
     */
    record Cut(long position, Set<FileKey> settled) {}

    /** How far they are read for a cut. */
    private sealed interface Step {

        /** No cut is wanted. */
        record Resting() implements Step {}

        /** Until readers have written them back, and told when they were changed. */
        record Looking(int round) implements Step {}

        /** Until they have been read. */
        record Reading(int round) implements Step {}

        /** The cut is placed: until readers have told when they were changed. */
        record Checking(int round, long position) implements Step {}
    }

    private final EventLog log;
    private final Copies copies;
    private final LongSupplier tail;

    /** With the process that was seen first. */
    private final Map<FileKey, Integer> files = new LinkedHashMap<>();

    private final Set<FileKey> unnamed = new LinkedHashSet<>();
    private final List<Consumer<Cut>> asked = new ArrayList<>();
    private final List<Consumer<Cut>> served = new ArrayList<>();

    /** Of those that are being read for a cut. */
    private final Map<FileKey, Long> changedNs = new HashMap<>();

    private Step step = new Step.Resting();
    private int listings;

    /** Whether one has been named since all were. */
    private boolean named;

    /** @param tail of the ring */
    MappedFiles(EventLog log, Copies copies, LongSupplier tail) {
        this.log = log;
        this.copies = copies;
        this.tail = tail;
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

    /** Reads them for a cut; answers where it falls. {@link #publish} has to follow when the ring is drained so far. */
    void readFor(Consumer<Cut> cut) {
        asked.add(cut);
    }

    private int settle() {
        Step before = step;
        if (step instanceof Step.Resting && !asked.isEmpty()) {
            served.addAll(asked);
            asked.clear();
            forgetNameless();
            changedNs.clear();
            look(1, files.size() <= SETTLED_LIMIT ? files.keySet() : Set.of());
        } else if (step instanceof Step.Reading reading && copies.isIdle()) {
            check(reading.round());
        }
        return step == before ? 0 : 1;
    }

    private void look(int round, Collection<FileKey> wanted) {
        step = new Step.Looking(round);
        copies.changeTimes(wanted, true, times -> {
            changedNs.putAll(times);
            times.keySet().forEach(this::readAgain);
            if (times.isEmpty()) {
                check(round);
            } else {
                step = new Step.Reading(round);
            }
        });
    }

    private void check(int round) {
        Step.Checking checking = new Step.Checking(round, tail.getAsLong());
        step = checking;
        copies.changeTimes(changedNs.keySet(), false, times -> {
            Set<FileKey> moved = new HashSet<>(changedNs.keySet());
            moved.removeIf(file -> changedNs.get(file).equals(times.get(file)));
            changedNs.keySet().removeAll(moved);
            if (moved.isEmpty() || round == ROUNDS) {
                end(new Cut(checking.position(), Set.copyOf(changedNs.keySet())));
            } else {
                look(round + 1, moved);
            }
        });
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
        log.names(log.drainedLsn(), 0, pid, UncoveredFacts.ofFile(judged, path, pid, ""));
        return true;
    }
}
