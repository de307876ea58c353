package io.catchwater.bridge.copy;

import io.catchwater.bridge.copy.NameChanges.Happened;
import io.catchwater.bridge.publish.EventLog;
import io.catchwater.bridge.ring.RingEntry;
import io.catchwater.bridge.source.SourceRoots;
import io.catchwater.schemas.event.FileAttributes;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.NameChangeKind;
import io.catchwater.schemas.event.NameChanged;
import io.catchwater.schemas.event.Place;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Changes of excluded names. They are none of the tree, but they change the directories that hold them, and other names of
 * the same files may be in the tree. Drain thread only.
 */
public final class ExcludedNames {

    private static final ByteBuffer NO_TARGET = ByteBuffer.allocate(0);

    private final EventLog log;
    private final Copies copies;
    private final LiveNames names;
    private final SourceRoots roots;

    /** For one source. */
    public ExcludedNames(EventLog log, Copies copies, SourceRoots roots) {
        this.log = log;
        this.copies = copies;
        this.names = copies.names();
        this.roots = roots;
    }

    /**
     * Takes a change of names.
     *
     * @param change the same, for the events topic
     * @return true when it concerns excluded names only: all that follows from it has been done then
     */
    public boolean take(RingEntry.Naming naming, NameChanged change, Happened at) {
        boolean old = roots.isExcluded(naming.path());
        boolean anew = roots.isExcluded(naming.newPath());
        if (!old && !anew) {
            return false;
        }
        boolean attributes = change.getKind() == NameChangeKind.ATTRIBUTES;
        if (old && !attributes) {
            copies.times().captured(naming.parent(), at.timeNs());
        }
        if (anew) {
            copies.times().captured(naming.newParent(), at.timeNs());
        }
        boolean inTree = change.getPlace() != null || change.getNewPlace() != null;
        if (inTree || at.unordered() || (attributes && mayHaveOtherNames(change.getFile()))) {
            return false;
        }
        copies.times().captured(change.getFile(), at.timeNs());
        if (change.getKind() == NameChangeKind.LINK && names.isNameless(change.getFile())) {
            copies.leave(change.getFile(), at.lsn());
        }
        if (!attributes) {
            touch(old ? naming.parent() : naming.newParent(), at);
        }
        return true;
    }

    private boolean mayHaveOtherNames(FileId file) {
        return !names.isWhole() || copies.isListing() || names.attributes(file).isPresent();
    }

    /** The directory is in the tree, and is modified by what happens to an excluded name in it. */
    private void touch(FileId directory, Happened at) {
        Optional<FileAttributes> known = names.attributes(directory);
        Optional<Place> place = names.place(directory);
        if (known.isEmpty() || place.isEmpty() || known.get().getModifiedNs() >= at.timeNs()) {
            return;
        }
        FileAttributes attributes = FileAttributes.newBuilder(known.get())
                .setModifiedNs(at.timeNs())
                .build();
        NameChanged touched =
                new NameChanged(NameChangeKind.ATTRIBUTES, directory, attributes, place.get(), null, NO_TARGET);
        log.names(at.lsn(), at.timeNs(), at.pid(), touched);
        copies.changed(touched, at.lsn(), at.timeNs(), false);
    }

    /**
     * True when a change may bring names from one side of an exclusion to the other that it does not tell: those below a
     * directory. To be asked before the change is made.
     */
    boolean movesOthers(NameChanged change) {
        boolean moves = change.getKind() == NameChangeKind.RENAME || change.getKind() == NameChangeKind.EXCHANGE;
        if (!roots.hasExclusion() || !moves || change.getPlace() == null || change.getNewPlace() == null) {
            return false;
        }
        Stream<Optional<FileAttributes>> moved = change.getKind() == NameChangeKind.RENAME
                ? Stream.of(Optional.of(change.getAttributes()))
                : Stream.of(
                        Optional.of(change.getAttributes()),
                        names.at(change.getNewPlace()).flatMap(names::attributes));
        return moved.anyMatch(each -> each.filter(FileModes::isNoDirectory).isEmpty());
    }

    /** Such a change has been made: files that have only excluded names now are followed no more. */
    void moved(long lsn) {
        copies.leave(roots::isExcluded, lsn);
    }

    /** True when all changes of a file have to be in the stream: its content is there, or its copy is ordered. */
    public boolean isFollowed(FileId file) {
        return !roots.hasExclusion() || names.isKnown(file);
    }

    /** True when a file that is not followed may yet turn out to have a name in the tree, by a listing that is open. */
    public boolean mayBeFound() {
        return !names.isWhole() || copies.isListing();
    }
}
