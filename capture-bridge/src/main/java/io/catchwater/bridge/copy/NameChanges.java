package io.catchwater.bridge.copy;

import io.catchwater.bridge.publish.EventLog;
import io.catchwater.files.FileType;
import io.catchwater.schemas.event.Created;
import io.catchwater.schemas.event.NameChangeKind;
import io.catchwater.schemas.event.NameChanged;
import io.catchwater.schemas.ring.RingLayout;

/**
 * Sends changes of names, and orders the copies that they make necessary: of what enters the tree with content, and of
 * the names themselves where a change does not tell enough. Drain thread only.
 */
public final class NameChanges {

    private final EventLog log;
    private final Copies copies;
    private final LiveNames names;
    private final ExcludedNames excluded;

    /** For one source. */
    public NameChanges(EventLog log, Copies copies, ExcludedNames excluded) {
        this.excluded = excluded;
        this.log = log;
        this.copies = copies;
        this.names = copies.names();
    }

    /**
     * A change with the names it concerns.
     *
     * @param lsn of its entry
     * @param timeNs of its entry
     * @param pid of its entry
     * @param unordered true when it may have happened at another point among the changes of names
     * @param mustReread true when the content of the file is not known
     */
    public record Happened(long lsn, long timeNs, int pid, boolean unordered, boolean mustReread) {}

    /** Sends a change and all that follows from it. */
    public void send(NameChanged change, Happened at) {
        copies.times().captured(change.getFile(), at.timeNs());
        boolean nameless = change.getPlace() == null && change.getNewPlace() == null;
        if (at.unordered()) {
            copies.relist(at.lsn(), "names changed without order");
        } else if (!nameless && !saysExtended(change)) {
            copies.relist(at.lsn(), "extended attributes not recorded");
        }
        if (nameless && (at.unordered() || change.getKind() == NameChangeKind.RENAME)) {
            return; // Unordered: nobody knows which names, the listing will say. A rename: outside.
        }
        if (names.isWhole() && names.isNothing(change)) {
            return;
        }
        boolean movesOthers = excluded.movesOthers(change);
        if (movesOthers) {
            copies.relist(at.lsn(), "a directory was renamed beside an exclusion");
        }
        boolean content = entering(change, at);
        log.names(at.lsn(), at.timeNs(), at.pid(), change);
        if (change.getKind() == NameChangeKind.CREATE) {
            log.file(change.getFile(), at.lsn(), at.timeNs(), at.pid(), new Created(change.getFile()));
        }
        try {
            copies.changed(change, at.lsn(), at.timeNs(), tellsGone(change));
        } catch (IllegalArgumentException e) {
            copies.relist(at.lsn(), e.getMessage());
        }
        if (movesOthers) {
            excluded.moved(at.lsn());
        }
        if (content) {
            copies.copyEntering(change.getFile(), change.getAttributes().getSize());
        }
        if (at.mustReread() && type(change) == FileType.REGULAR) {
            copies.heal(change.getFile(), 0, RingLayout.UNBOUNDED, at.lsn(), "content not recorded");
        }
    }

    /**
     * Opens a copy, before the change is sent, when something unknown comes into the tree by it.
     *
     * @return true when it is the content of one file that has to be copied
     */
    private boolean entering(NameChanged change, Happened at) {
        boolean moves = change.getKind() == NameChangeKind.RENAME || change.getKind() == NameChangeKind.EXCHANGE;
        if (change.getKind() == NameChangeKind.EXCHANGE
                && (change.getPlace() == null || change.getNewPlace() == null)) {
            copies.relist(at.lsn(), "something changed places with what lies outside");
            return false;
        }
        boolean named = change.getKind() == NameChangeKind.LINK ? change.getPlace() != null : moves && inside(change);
        if (!named || names.isKnown(change.getFile())) {
            return false;
        }
        FileType type = type(change);
        if (type == FileType.REGULAR) {
            if (names.isWhole()) {
                copies.need(at.lsn(), "a file entered");
            }
            return names.isWhole();
        }
        if (change.getPlace() != null && moves) {
            return false; // Moved inside the tree.
        }
        boolean saysAll = type == FileType.SYMLINK
                ? change.getTarget().hasRemaining()
                : type != FileType.DIRECTORY && type != FileType.UNKNOWN;
        // An open base listing finds directories by itself.
        boolean found = !names.isWhole() && type == FileType.DIRECTORY;
        if (!saysAll && !found) {
            copies.relist(at.lsn(), type == FileType.DIRECTORY ? "a directory entered" : "something entered");
        }
        return false;
    }

    private static boolean saysExtended(NameChanged change) {
        return change.getAttributes().getExtended() != null
                || change.getKind() == NameChangeKind.UNLINK
                || change.getKind() == NameChangeKind.RMDIR;
    }

    private static boolean inside(NameChanged change) {
        return change.getNewPlace() != null;
    }

    private static boolean tellsGone(NameChanged change) {
        boolean removed = change.getKind() == NameChangeKind.UNLINK || change.getKind() == NameChangeKind.RMDIR;
        return !removed || type(change) == FileType.REGULAR || type(change) == FileType.UNKNOWN;
    }

    private static FileType type(NameChanged change) {
        return FileType.of(change.getAttributes().getMode());
    }
}
