package io.catchwater.bridge.drain;

import io.catchwater.bridge.copy.Copies;
import io.catchwater.bridge.copy.FileKey;
import io.catchwater.bridge.publish.EventLog;
import io.catchwater.schemas.UncoveredReasons;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.ring.RingLayout;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The files that programs have mapped shared and writable: what is stored there is not seen, so they are read again
 * when it matters. Drain thread only.
 */
final class MappedFiles {

    /** Files remembered; what is mapped beyond that is named as uncovered and not read again. */
    static final int LIMIT = 65_536;

    private final EventLog log;
    private final Copies copies;
    private final Set<FileKey> files = new LinkedHashSet<>();

    MappedFiles(EventLog log, Copies copies) {
        this.log = log;
        this.copies = copies;
    }

    void add(FileId file, int pid, long lsn) {
        if (files.size() < LIMIT ? files.add(FileKey.of(file)) : !files.contains(FileKey.of(file))) {
            log.names(lsn, 0, pid, new Uncovered(ByteBuffer.wrap(copies.path(file)), pid, UncoveredReasons.MAPPED));
        }
    }

    /** True when a file is one of them. */
    boolean holds(FileId file) {
        return files.contains(FileKey.of(file));
    }

    /** All that still have a name are read again, in a copy that is open when this returns. */
    void heal() {
        files.removeIf(file -> copies.isForgotten(file.file()));
        for (FileKey file : files) {
            copies.heal(file.file(), 0, RingLayout.UNBOUNDED, log.drainedLsn(), "mapped files");
        }
    }
}
