package io.catchwater.bridge.drain;

import io.catchwater.bridge.copy.Copies;
import io.catchwater.bridge.copy.FileKey;
import io.catchwater.bridge.publish.EventLog;
import io.catchwater.schemas.UncoveredFacts;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.UncoveredKind;
import io.catchwater.schemas.ring.RingLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What programs change by io_uring where they may have it is not seen. The audit finds a file whose last change was made
 * that way; one that was changed by an ordinary call afterwards is remembered here, and read again when it matters. Drain
 * thread only.
 */
final class IoUringFiles {

    /** Files remembered; with more, all are read again at once. */
    static final int LIMIT = 65_536;

    /** Programs named. */
    static final int PROGRAMS = 100;

    private static final Logger LOG = LoggerFactory.getLogger(IoUringFiles.class);

    private final EventLog log;
    private final Copies copies;
    private final LongSupplier tail;
    private final IntPredicate alive;
    private final Map<Integer, String> programs = new LinkedHashMap<>();
    private final Set<FileKey> changed = new LinkedHashSet<>();

    /**
     * None yet.
     *
     * @param tail of the ring
     * @param alive whether there is a process of this number
     */
    IoUringFiles(EventLog log, Copies copies, LongSupplier tail, IntPredicate alive) {
        this.alive = alive;
        this.log = log;
        this.copies = copies;
        this.tail = tail;
    }

    /** True when there is a process of this number. */
    static boolean isThere(int pid) {
        return Files.exists(Path.of("/proc", Integer.toString(pid)));
    }

    /** A program has it that has not asked, as far as was seen: nobody knows since when. */
    void found(int pid, String program) {
        if (programs.isEmpty()) {
            String reason = program + " has io_uring, and began it unseen";
            LOG.warn("{} (process {})", reason, pid);
            copies.beginBase(reason, log.drainedLsn(), tail.getAsLong());
        }
        granted(pid, program);
    }

    /** A program has io_uring from now on. */
    void granted(int pid, String program) {
        if (programs.size() < PROGRAMS) {
            programs.put(pid, program);
        }
    }

    /** A file was changed by a call that is seen. */
    void changed(FileId file) {
        if (programs.isEmpty()) {
            return;
        }
        if (changed.size() >= LIMIT) {
            readAgain();
        }
        changed.add(FileKey.of(file));
    }

    /** Names the programs, and has their files read again in a copy that is open when this returns. */
    void heal() {
        Set<Integer> ended = new HashSet<>(programs.keySet());
        ended.removeIf(alive::test);
        programs.forEach((pid, program) -> log.names(UncoveredFacts.ofProcess(
                ended.contains(pid) ? UncoveredKind.IO_URING_ENDED : UncoveredKind.IO_URING, pid, program)));
        readAgain();
        programs.keySet().removeAll(ended);
    }

    private void readAgain() {
        for (FileKey file : changed) {
            if (!copies.isForgotten(file.file())) {
                copies.heal(file.file(), 0, RingLayout.UNBOUNDED, log.drainedLsn(), "changed beside io_uring");
            }
        }
        changed.clear();
    }
}
