package io.catchwater.bridge.copy;

import io.catchwater.bridge.ring.Slots;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.ring.RingLayout;
import java.util.ArrayDeque;
import java.util.Deque;

/** What has to be read of one file, and how far that is. Drain thread only. */
final class FileTask {

    private static final long COMPLETE = -1;

    /** Where the task stands; at most one window is open. */
    sealed interface Step {

        /** No window is open. */
        record Waiting() implements Step {}

        /** A reader has the window. */
        record Reading(Window window) implements Step {}

        /** The throttle let nothing through: until it does. */
        record Paused(Window window) implements Step {}

        /** Read: until what was in flight then has settled. */
        record Settling(Window window, Report.WindowRead read) implements Step {}

        /** Settled: until the ring is drained to {@code high} and the bytes have arrived. */
        record Closing(Window window, Report.WindowRead read, long high) implements Step {}

        /** The name led elsewhere: until what was in flight then has settled. */
        record Missing(Window window, Slots.InFlight inFlight) implements Step {}

        /** Settled: until the ring is drained to {@code high}, where the name is to be looked up again. */
        record Behind(Window window, long high) implements Step {}
    }

    /** A range of file offsets. */
    record Range(long start, long end) {}

    private final FileId file;
    private final Deque<Range> heals = new ArrayDeque<>();
    private Step step = new Step.Waiting();
    private long copied;
    private int attempts;

    private FileTask(FileId file, long copied) {
        this.file = file;
        this.copied = copied;
    }

    /** Everything of a file is to be read. */
    static FileTask copy(FileId file) {
        return new FileTask(file, 0);
    }

    /** The file is complete downstream; ranges are to be read again. */
    static FileTask heal(FileId file) {
        return new FileTask(file, COMPLETE);
    }

    FileId file() {
        return file;
    }

    Step step() {
        return step;
    }

    void step(Step next) {
        step = next;
    }

    boolean isCopying() {
        return copied != COMPLETE;
    }

    /** True for a copy of which nothing has been read. */
    boolean isAtBeginning() {
        return copied == 0;
    }

    /** Takes a range to be read again. What the copy has not reached it will read anyway. */
    void heal(long start, long end) {
        boolean ahead = isCopying() && step instanceof Step.Waiting;
        long healEnd = ahead ? Math.min(end, copied) : end;
        if (start >= healEnd) {
            return;
        }
        heals.add(new Range(start, healEnd));
        if (heals.size() > CopyLimits.HEAL_RANGES) {
            long hullStart = heals.stream().mapToLong(Range::start).min().orElse(0);
            long hullEnd = heals.stream().mapToLong(Range::end).max().orElse(RingLayout.UNBOUNDED);
            heals.clear();
            heals.add(new Range(hullStart, hullEnd));
        }
    }

    /** The range that the next window reads, which is about to be opened; null when all is done. */
    Range next() {
        return isCopying() ? new Range(copied, RingLayout.UNBOUNDED) : heals.peek();
    }

    /** The window on {@link #next} is open. */
    void opened(Window window) {
        if (window.heal()) {
            heals.remove();
        }
        step = new Step.Reading(window);
    }

    /** Takes note of what a closed window has read. */
    void closed(Window window, Report.WindowRead read) {
        attempts = 0;
        step = new Step.Waiting();
        if (!window.heal()) {
            copied = read.last() ? COMPLETE : read.end();
            return;
        }
        if (!read.last() && read.end() < window.end()) {
            heals.addFirst(new Range(read.end(), window.end()));
        }
    }

    /** Counts a failed attempt. */
    int missed() {
        return ++attempts;
    }
}
