package io.catchwater.bridge.source;

import io.catchwater.files.FileHandle;
import io.catchwater.files.Notices;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;

/** What processes have done to files, in a stretch of time. One thread. */
final class NoticeBatch {

    /** Processes and files at most. */
    static final int LIMIT = 16_384;

    private final Map<Touch, Done> touches = new LinkedHashMap<>();
    private final Map<Integer, String> programs = new HashMap<>();
    private final Map<Integer, NotCaptured> reasons = new HashMap<>();

    private record Touch(int pid, FileHandle file) {}

    private record Done(long what, boolean unhooked) {}

    /** Takes what was done, and whether no hook can be in the process that did it. */
    interface Taker {
        void take(int pid, FileHandle file, long what, boolean unhooked);
    }

    boolean isFull() {
        return touches.size() >= LIMIT;
    }

    boolean isEmpty() {
        return touches.isEmpty();
    }

    /**
     * Adds what a process has done.
     *
     * @param unhooked true when no hook can be in the process
     * @param program of the process; asked once for each
     * @param reason why it is not captured, if it is not; likewise
     */
    void add(Notices.Notice notice, boolean unhooked, IntFunction<String> program, IntFunction<NotCaptured> reason) {
        programs.computeIfAbsent(notice.pid(), program::apply);
        reasons.computeIfAbsent(notice.pid(), reason::apply);
        touches.merge(
                new Touch(notice.pid(), notice.file()),
                new Done(notice.what(), unhooked),
                (a, b) -> new Done(a.what() | b.what(), a.unhooked() || b.unhooked()));
    }

    /** The processes of which it is not known that no hook can be in them. */
    Set<Integer> maybeHooked() {
        Set<Integer> pids = new TreeSet<>();
        touches.forEach((touch, done) -> {
            if (!done.unhooked()) {
                pids.add(touch.pid());
            }
        });
        return pids;
    }

    String program(int pid) {
        return programs.getOrDefault(pid, "");
    }

    NotCaptured reason(int pid) {
        return reasons.getOrDefault(pid, NotCaptured.UNKNOWN);
    }

    /** Gives everything out. */
    void forEach(Taker taker) {
        touches.forEach((touch, done) -> taker.take(touch.pid(), touch.file(), done.what(), done.unhooked()));
    }

    void clear() {
        touches.clear();
        programs.clear();
        reasons.clear();
    }
}
