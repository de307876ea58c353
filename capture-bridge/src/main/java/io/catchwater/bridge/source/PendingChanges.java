package io.catchwater.bridge.source;

import io.catchwater.bridge.source.UncapturedChanges.Change;
import io.catchwater.schemas.event.FileId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Uncaptured changes until somebody takes them, one for each process and file. Any thread. */
final class PendingChanges {

    private static final Logger LOG = LoggerFactory.getLogger(PendingChanges.class);

    private final Map<Key, Change> changes = new LinkedHashMap<>();
    private final int limit;
    private boolean content;
    private boolean told;

    private record Key(long device, long inode, long birthNs, int pid, String program) {}

    /** @param limit remembered at most; of what is more only the change times tell */
    PendingChanges(int limit) {
        this.limit = limit;
    }

    synchronized void add(Change change) {
        FileId file = change.file();
        Key key = new Key(file.getDevice(), file.getInode(), file.getBirthNs(), change.pid(), change.program());
        if (changes.size() < limit || changes.containsKey(key)) {
            changes.merge(key, change, PendingChanges::graver);
            content |= change.kind() == UncapturedChanges.Kind.CONTENT;
        } else if (!told) {
            told = true;
            LOG.warn("more than {} changes that are not captured: of some only the change times will tell", limit);
        }
    }

    private static Change graver(Change a, Change b) {
        return a.kind().compareTo(b.kind()) <= 0 ? a : b;
    }

    /** True when bytes of a file, or names of a directory, are among them. */
    synchronized boolean hasContent() {
        return content;
    }

    synchronized List<Change> take() {
        List<Change> all = List.copyOf(changes.values());
        changes.clear();
        content = false;
        return all;
    }
}
