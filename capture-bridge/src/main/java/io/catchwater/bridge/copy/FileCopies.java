package io.catchwater.bridge.copy;

import io.catchwater.bridge.copy.FileTask.Step;
import io.catchwater.bridge.publish.EventLog;
import io.catchwater.bridge.ring.RingFile;
import io.catchwater.bridge.ring.Slots;
import io.catchwater.schemas.UncoveredFacts;
import io.catchwater.schemas.event.ChunkPart;
import io.catchwater.schemas.event.ChunkReference;
import io.catchwater.schemas.event.FileAttributes;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.UncoveredKind;
import io.catchwater.schemas.event.WindowAbandoned;
import io.catchwater.schemas.event.WindowOpened;
import io.catchwater.tree.TreePath;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The files that are to be read, and the windows open on them: the window protocol of this package's description. Drain
 * thread only.
 */
final class FileCopies {

    private final EventLog log;
    private final RingFile ring;
    private final Slots slots;
    private final Names names;
    private final Readers readers;
    private final Throttle throttle;
    private final long windowBytes;
    private final CopyCounts counts;

    private final Map<FileKey, FileTask> tasks = new HashMap<>();
    private final Deque<FileTask> waiting = new ArrayDeque<>();
    private final Map<Long, FileTask> open = new HashMap<>();
    private long bytesUnderWay;
    private long lastWindow;

    /** The names as they are at the drained position. */
    interface Names {
        Optional<TreePath> path(FileId file);

        Optional<FileAttributes> attributes(FileId file);
    }

    /** Hands a window to a reader. */
    interface Readers {
        void read(Window window, TreePath path);
    }

    FileCopies(
            EventLog log,
            RingFile ring,
            Slots slots,
            Names names,
            Readers readers,
            Throttle throttle,
            long windowBytes,
            CopyCounts counts) {
        this.log = log;
        this.ring = ring;
        this.slots = slots;
        this.names = names;
        this.readers = readers;
        this.throttle = throttle;
        this.windowBytes = windowBytes;
        this.counts = counts;
    }

    /** Everything of a file is to be read. */
    void copy(FileId file, long size) {
        FileTask task = FileTask.copy(file);
        if (tasks.putIfAbsent(FileKey.of(file), task) == null) {
            waiting.add(task);
            counts.found(size);
        }
    }

    /** A range of a file is to be read again; the file is complete downstream, or its copy is under way. */
    void heal(FileId file, long start, long end) {
        FileTask task = tasks.computeIfAbsent(FileKey.of(file), key -> {
            FileTask made = FileTask.heal(file);
            waiting.add(made);
            return made;
        });
        task.heal(start, end);
    }

    boolean knows(FileId file) {
        return tasks.containsKey(FileKey.of(file));
    }

    /** The file has lost its last name by the change of an LSN; its open window is abandoned. */
    void drop(FileId file, long lsn) {
        FileTask task = tasks.remove(FileKey.of(file));
        if (task != null) {
            abandonWindow(task, lsn);
        }
    }

    /** Everything is forgotten, without a record: a new base copy makes all of it void. */
    void clear() {
        tasks.clear();
        waiting.clear();
        open.clear();
        bytesUnderWay = 0;
    }

    boolean isEmpty() {
        return tasks.isEmpty();
    }

    /** Takes a reader's report. What concerns a window that is not open any more is dropped. */
    void take(Report report) {
        if (report instanceof Report.WindowRead read) {
            FileTask task = open.get(read.window());
            if (task != null && task.step() instanceof Step.Reading reading) {
                task.step(new Step.Settling(reading.window(), read));
            }
        } else if (report instanceof Report.WindowStopped stopped) {
            FileTask task = open.get(stopped.window());
            if (task != null && task.step() instanceof Step.Reading reading) {
                task.step(new Step.Paused(reading.window()));
            }
        } else if (report instanceof Report.WindowMissed missed) {
            FileTask task = open.get(missed.window());
            if (task != null && task.step() instanceof Step.Reading reading) {
                task.step(new Step.Missing(reading.window(), missed.inFlight()));
            }
        } else if (report instanceof Report.WindowUnreadable unreadable) {
            FileTask task = open.get(unreadable.window());
            if (task != null) {
                giveUp(task, unreadable.reason());
            }
        }
    }

    /**
     * Moves every open window on, and opens more.
     *
     * @param namesKnown false while the names are being listed: no window is opened then, no name looked up
     * @return how many steps were made
     */
    int work(boolean namesKnown, long copyId) {
        int steps = 0;
        for (FileTask task : List.copyOf(open.values())) {
            steps += advance(task, namesKnown);
        }
        while (namesKnown && openNext(copyId)) {
            steps++;
        }
        return steps;
    }

    private int advance(FileTask task, boolean namesKnown) {
        Step step = task.step();
        if (step instanceof Step.Settling settling
                && slots.settled(settling.read().inFlight())) {
            task.step(new Step.Closing(settling.window(), settling.read(), ring.tail()));
        } else if (step instanceof Step.Closing closing
                && log.drainedPosition() >= closing.high()
                && closing.read().parts().stream().allMatch(SentPart::hasArrived)
                && log.isAboveWatermark()) {
            close(task, closing.window(), closing.read());
        } else if (step instanceof Step.Paused paused && namesKnown && throttle.isOpen()) {
            read(task, paused.window());
        } else if (step instanceof Step.Missing missing && slots.settled(missing.inFlight())) {
            task.step(new Step.Behind(missing.window(), ring.tail()));
        } else if (step instanceof Step.Behind behind && namesKnown && log.drainedPosition() >= behind.high()) {
            tryAgain(task, behind.window());
        } else {
            return 0;
        }
        return 1;
    }

    private boolean openNext(long copyId) {
        FileTask task = waiting.peek();
        if (task == null || open.size() >= CopyLimits.WINDOWS) {
            return false;
        }
        FileKey key = FileKey.of(task.file());
        boolean dropped = tasks.get(key) != task;
        FileTask.Range range = task.next();
        Optional<TreePath> path = dropped || range == null ? Optional.empty() : names.path(task.file());
        if (path.isEmpty()) {
            waiting.remove();
            tasks.remove(key, task);
            return true;
        }
        long bytes = bytes(task, range);
        if (bytesUnderWay + bytes > CopyLimits.BYTES_UNDER_WAY || !isLetThrough(bytes)) {
            return false;
        }
        waiting.remove();
        Window window = new Window(
                ++lastWindow,
                copyId,
                task.file(),
                range.start(),
                range.end(),
                bytes,
                !task.isCopying(),
                modifiedNs(task.file()));
        task.opened(window);
        open.put(window.id(), task);
        bytesUnderWay += bytes;
        // Open-ended even for a part of a file: sizes are folded over all changes from the window's start on.
        log.file(
                task.file(),
                log.drainedLsn(),
                new WindowOpened(
                        copyId, window.id(), task.file(), range.start(), Long.MAX_VALUE, task.isAtBeginning()));
        readers.read(window, path.get());
        return true;
    }

    private boolean isLetThrough(long bytes) {
        long most = throttle.bytesAhead();
        if (most == Long.MAX_VALUE) {
            return true;
        }
        long ahead = open.values().stream()
                .map(FileTask::step)
                .filter(step -> step instanceof Step.Reading || step instanceof Step.Paused)
                .mapToLong(step -> window(step).bytes())
                .sum();
        return throttle.isOpen() && (ahead == 0 || ahead + bytes <= most);
    }

    private long bytes(FileTask task, FileTask.Range range) {
        long size = names.attributes(task.file()).map(FileAttributes::getSize).orElse(0L);
        boolean sizeKnown = task.isCopying() && (task.isAtBeginning() || size > range.start());
        long expected = (sizeKnown ? size : range.end()) - range.start();
        return throttle.windowBytes(Math.min(windowBytes, Math.max(throttle.windowBytesLeast(), expected)));
    }

    private void close(FileTask task, Window window, Report.WindowRead read) {
        List<ChunkPart> parts = new ArrayList<>();
        read.parts().stream()
                .map(part -> part.below(read.end()))
                .filter(Objects::nonNull)
                .forEach(parts::add);
        log.file(
                task.file(),
                log.drainedLsn(),
                new ChunkReference(
                        window.copyId(),
                        window.id(),
                        task.file(),
                        window.start(),
                        read.end(),
                        parts,
                        read.last(),
                        read.size(),
                        changedAt(window, read)));
        long bytes = read.parts().stream().mapToLong(SentPart::length).sum();
        counts.read(bytes);
        release(window);
        boolean copying = task.isCopying();
        task.closed(window, read);
        if (copying && !task.isCopying()) {
            counts.finished();
        }
        if (task.next() == null) {
            tasks.remove(FileKey.of(task.file()));
        } else {
            waiting.addFirst(task);
        }
    }

    /**
     * What is healed may have been changed without a captured change that says when. The time that was read holds unless
     * the program has set another meanwhile.
     */
    private long changedAt(Window window, Report.WindowRead read) {
        return window.heal() && modifiedNs(window.file()) == window.modifiedNs() ? read.modifiedNs() : 0;
    }

    private long modifiedNs(FileId file) {
        return names.attributes(file).map(FileAttributes::getModifiedNs).orElse(0L);
    }

    private void tryAgain(FileTask task, Window window) {
        if (names.path(task.file()).isPresent() && task.missed() > CopyLimits.ATTEMPTS) {
            giveUp(task, "another file is at this path: names are changed by something that is not captured");
        } else {
            read(task, window);
        }
    }

    private void read(FileTask task, Window window) {
        Optional<TreePath> path = names.path(task.file());
        if (path.isEmpty()) {
            drop(task.file(), log.drainedLsn());
        } else {
            task.step(new Step.Reading(window));
            readers.read(window, path.get());
        }
    }

    private void giveUp(FileTask task, String reason) {
        byte[] path = names.path(task.file()).map(TreePath::bytes).orElse(new byte[0]);
        drop(task.file(), log.drainedLsn());
        log.names(UncoveredFacts.ofFile(UncoveredKind.UNREADABLE, path, reason));
    }

    private void abandonWindow(FileTask task, long lsn) {
        Window window = window(task.step());
        if (window != null) {
            release(window);
            log.file(task.file(), lsn, new WindowAbandoned(window.copyId(), window.id(), task.file()));
        }
    }

    private void release(Window window) {
        open.remove(window.id());
        bytesUnderWay -= window.bytes();
    }

    private static Window window(Step step) {
        if (step instanceof Step.Reading reading) {
            return reading.window();
        } else if (step instanceof Step.Paused paused) {
            return paused.window();
        } else if (step instanceof Step.Settling settling) {
            return settling.window();
        } else if (step instanceof Step.Closing closing) {
            return closing.window();
        } else if (step instanceof Step.Missing missing) {
            return missing.window();
        } else if (step instanceof Step.Behind behind) {
            return behind.window();
        }
        return null;
    }
}
