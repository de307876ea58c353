package io.catchwater.tree;

import io.catchwater.schemas.event.FileAttributes;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.ListedDirectory;
import io.catchwater.schemas.event.ListedName;
import io.catchwater.schemas.event.NameChangeKind;
import io.catchwater.schemas.event.NameChanged;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A tree listed directory by directory while its names change, and the changes that make one moment of it.
 *
 * <p>All changes with low &lt; LSN &le; high are replayed, in order, over what was read at any moments in
 * between. Every change sets or clears registers (directory id, name) and attributes by file id, so each
 * register ends with what its last change said; one that no change touched was the same at every moment and
 * is as listed. The result is the tree at high, provided that the walker keeps these obligations:
 *
 * <ol>
 *   <li>Every reading begins after all changes up to low were made, and high is no lower than the LSN of any
 *       change made before the last reading ended (docs/RING.md, "Memory order").
 *   <li>A directory is read to its end, by descriptor; its names may be looked up one by one later, and a name
 *       that is gone by then is left out. Records of one directory may be several; they add up. An empty
 *       directory is a record without names.
 *   <li>Before the window closes {@link #unlisted} is empty, with all changes up to high given to it. So
 *       it is found what the walk alone misses: a directory moved from an unread into a read one, with all below;
 *       one that came from outside; a name of which a change does not say what it stands for (the old place of an
 *       EXCHANGE, a file id of zeros) and whose directory has to be read once more after that change.
 *       Directories made in the window (MKDIR) need no reading: all in them is known from changes.
 *   <li>When {@link #mustBeginAnew} is true the listing is worth nothing: a directory has come into the tree, and
 *       it or its file ids may be ones that had left the tree in the same window and changed where no hook saw it.
 *       Open another listing.
 *   <li>A rename between two names of one file does nothing, and is not a change: it is not given.
 *   <li>EXCHANGE has in {@code file} what was at {@code place} and is now at {@code newPlace}.
 *   <li>ATTRIBUTES changed through a name outside the tree are given too, without a place.
 *   <li>A symlink that comes from outside (LINK, RENAME) carries its target in the change.
 * </ol>
 *
 * <p>File ids may come back within the window, as inode numbers do where no birth time is kept. Used by one thread at a time. Takes about
 * 500 bytes of memory for each name and change.
 */
public final class Listing {

    private final Id root;
    private final FileAttributes rootAttributes;
    private final Map<Slot, Found> found = new HashMap<>();
    private final List<Timed> changes = new ArrayList<>();

    /** LSN from which on the names in a directory are known: its last reading began after it, or it was made there. */
    private final Map<Id, Long> knownFrom = new HashMap<>();

    /** LSN after which a directory has to be read, whatever was read before. */
    private final Map<Id, Long> neededFrom = new HashMap<>();

    /** As {@link #neededFrom}, and all that is below it too. */
    private final Map<Id, Long> enteredAt = new HashMap<>();

    private boolean directoryLeft;

    /** What all that was taken so far makes; null when more has been taken. */
    private Names replayed;

    private boolean mustBeginAnew;

    private record Timed(Change change, long timeNs) {}

    private record Found(Id file, FileAttributes attributes, ByteBuffer target) {}

    public Listing(FileId root, FileAttributes rootAttributes) {
        this.root = Id.of(root);
        this.rootAttributes = rootAttributes;
    }

    /**
     * Takes what was read in a directory.
     *
     * @param part a directory's names, or some of them
     * @param readAfterLsn an LSN whose change had been made, and given to {@link #changed}, when the reading of this
     *     directory began: the walker says how far it was drained then. Where only the result matters
     *     ({@link #tree}), that of the record
     * @throws IllegalArgumentException when it holds what is no name; nothing is taken
     */
    public void listed(ListedDirectory part, long readAfterLsn) {
        Id directory = Id.of(part.getDirectory());
        Map<Slot, Found> more = new HashMap<>();
        for (ListedName name : part.getNames()) {
            more.put(
                    new Slot(directory, Name.of(name.getName())),
                    new Found(Id.of(name.getFile()), name.getAttributes(), name.getTarget()));
        }
        found.putAll(more);
        replayed = null;
        knownFrom.merge(directory, readAfterLsn, Math::max);
    }

    /**
     * Takes a change of names.
     *
     * @param record the next one in the window
     * @param lsn its LSN, not below that of the one before
     * @throws IllegalArgumentException when a place's last component is no name: the listing can't become exact
     */
    public void changed(NameChanged record, long lsn) {
        changed(record, lsn, 0);
    }

    /**
     * As {@link #changed(NameChanged, long)}; directories whose names it changes are modified then.
     *
     * @param timeNs when it was made, nanoseconds since 1970
     */
    public void changed(NameChanged record, long lsn, long timeNs) {
        Change change = Change.of(record);
        changes.add(new Timed(change, timeNs));
        replayed = null;
        change.unsaid().forEach(slot -> neededFrom.put(slot.directory(), lsn));
        mustBeginAnew |= change.exchangesWithOutside()
                || (change.bringsDirectory() && (directoryLeft || change.idMayComeBack()));
        if (change.bringsDirectory() && change.file() != null) {
            enteredAt.put(change.file(), lsn);
        }
        directoryLeft |= change.takesDirectory();
        if (change.kind() == NameChangeKind.MKDIR && change.file() != null) {
            knownFrom.put(change.file(), lsn);
            enteredAt.remove(change.file());
            neededFrom.remove(change.file());
        }
    }

    /** True when this listing can't become exact any more, whatever is read yet. */
    public boolean mustBeginAnew() {
        return mustBeginAnew;
    }

    /**
     * The directories that have to be read, or read again, before the tree is exact: those in the tree as far as it
     * is known. Reading them may bring others to light.
     */
    public List<FileId> unlisted() {
        Names names = replayed();
        List<FileId> missing = new ArrayList<>();
        Map<Id, Long> needed = new HashMap<>();
        need(root, Long.MIN_VALUE, needed, missing);
        names.forEachBelow(root, (slot, file) -> {
            if (Names.isDirectory(names.node(file).attributes()) && !needed.containsKey(file)) {
                need(file, needed.get(slot.directory()), needed, missing);
            }
        });
        return missing;
    }

    private void need(Id directory, long neededAbove, Map<Id, Long> needed, List<FileId> missing) {
        long below = Math.max(neededAbove, enteredAt.getOrDefault(directory, Long.MIN_VALUE));
        needed.put(directory, below);
        Long known = knownFrom.get(directory);
        if (known == null || known < Math.max(below, neededFrom.getOrDefault(directory, Long.MIN_VALUE))) {
            missing.add(directory.file());
        }
    }

    /** The tree after the last change given. It shares nothing with this listing. */
    public NameTree tree() {
        Names all = replayed();
        Names reachable = new Names();
        reachable.describe(root, all.node(root).attributes());
        all.forEachBelow(root, (slot, file) -> {
            Names.Node node = all.node(file);
            reachable.describe(file, node.attributes(), node.target());
            reachable.set(slot, file);
        });
        return new NameTree(root, reachable);
    }

    private Names replayed() {
        if (replayed == null) {
            replayed = replay();
        }
        return replayed;
    }

    private Names replay() {
        Names names = new Names();
        names.describe(root, rootAttributes);
        found.forEach((slot, entry) -> {
            names.describe(entry.file(), entry.attributes(), entry.target());
            names.set(slot, entry.file());
        });
        for (Timed timed : changes) {
            Change change = timed.change();
            Id arriving = change.file() != null ? change.file() : found(change.destination());
            change.apply(names, arriving, found(change.place()));
            change.modified().forEach(directory -> names.touch(directory, timed.timeNs()));
        }
        return names;
    }

    private Id found(Slot slot) {
        Found entry = slot == null ? null : found.get(slot);
        return entry == null ? null : entry.file();
    }
}
