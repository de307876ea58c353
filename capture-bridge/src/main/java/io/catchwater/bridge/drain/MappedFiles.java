package io.catchwater.bridge.drain;

import io.catchwater.bridge.copy.Copies;
import io.catchwater.bridge.copy.FileKey;
import io.catchwater.bridge.publish.EventLog;
import io.catchwater.schemas.UncoveredReasons;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.ring.RingLayout;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
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

    /** With the process that was seen first. */
    private final Map<FileKey, Integer> files = new LinkedHashMap<>();

    private final Set<FileKey> unnamed = new LinkedHashSet<>();
    private int listings;

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
            name(key, pid);
        }
    }

    /** True when a file is one of them. */
    boolean holds(FileId file) {
        return files.containsKey(FileKey.of(file));
    }

    /**
     * Called in each cycle, after the copies. What is named before a base copy counts no more, and before its listing is
     * closed a file may have no path yet: then all are named.
     */
    int work() {
        if (listings == copies.listings()) {
            return 0;
        }
        listings = copies.listings();
        unnamed.addAll(files.keySet());
        nameUnnamed();
        return 1;
    }

    /** All that still have a name are read again, in a copy that is open when this returns. */
    void heal() {
        files.keySet().removeIf(file -> copies.isForgotten(file.file()));
        unnamed.retainAll(files.keySet());
        nameUnnamed();
        for (FileKey file : files.keySet()) {
            copies.heal(file.file(), 0, RingLayout.UNBOUNDED, log.drainedLsn(), "mapped files");
        }
    }

    private void nameUnnamed() {
        unnamed.removeIf(file -> name(file, files.get(file)));
    }

    private boolean name(FileKey file, int pid) {
        byte[] path = copies.path(file.file());
        if (path.length == 0) {
            return false;
        }
        log.names(log.drainedLsn(), 0, pid, new Uncovered(ByteBuffer.wrap(path), pid, UncoveredReasons.MAPPED));
        return true;
    }
}
