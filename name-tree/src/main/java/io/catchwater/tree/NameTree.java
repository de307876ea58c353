package io.catchwater.tree;

import io.catchwater.schemas.event.FileAttributes;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.NameChangeKind;
import io.catchwater.schemas.event.NameChanged;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A source's names at one LSN, kept by directory id and name, so that renaming a directory is one change.
 *
 * <p>It comes from a {@link Listing}, whose Javadoc says what the walker owes for it to be exact, and stays
 * exact while every later change of names is {@linkplain #apply applied} in order. It takes about 500 bytes
 * of memory for each name. Used by one thread at a time.
 *
 * <p>What {@link #apply} relies on: a rename between two names of one file, which does nothing, may be sent
 * or not; EXCHANGE has in {@code file} what was at {@code place} and is now at {@code newPlace}; a directory
 * that comes from outside the tree is empty here until a new listing replaces this tree.
 */
public final class NameTree implements Iterable<NamedFile> {

    private final Id root;
    private final Names names;

    NameTree(Id root, Names names) {
        this.root = root;
        this.names = names;
    }

    /** A tree without a name in it. */
    public static NameTree empty(FileId root, FileAttributes rootAttributes) {
        Names names = new Names();
        names.describe(Id.of(root), rootAttributes);
        return new NameTree(Id.of(root), names);
    }

    /** The root directory. */
    public FileId root() {
        return root.file();
    }

    /** The root directory's attributes, as last said. */
    public FileAttributes rootAttributes() {
        return names.node(root).attributes();
    }

    /** A path under which a file is now, any of several; empty when it has no name below the root. */
    public Optional<TreePath> path(FileId file) {
        return path(Id.of(file), new HashSet<>());
    }

    private Optional<TreePath> path(Id file, Set<Id> below) {
        Deque<Name> downwards = new ArrayDeque<>();
        Id at = file;
        while (!at.equals(root)) {
            Set<Slot> slots = names.slots(at);
            if (slots.isEmpty() || !below.add(at)) {
                return Optional.empty();
            }
            if (slots.size() > 1) {
                return firstPath(slots, below).map(path -> path.resolve(List.copyOf(downwards)));
            }
            Slot only = slots.iterator().next();
            downwards.push(only.name());
            at = only.directory();
        }
        return Optional.of(TreePath.ROOT.resolve(List.copyOf(downwards)));
    }

    private Optional<TreePath> firstPath(Set<Slot> slots, Set<Id> below) {
        return slots.stream()
                .flatMap(slot -> path(slot.directory(), below).map(parent -> parent.resolve(slot.name())).stream())
                .findFirst();
    }

    /** How many names a file has in this tree; 0 also for one that is not known, and for the root. */
    public int nameCount(FileId file) {
        return names.slots(Id.of(file)).size();
    }

    /** The attributes of a file with a name, or of the root, as last said; empty for any other. */
    public Optional<FileAttributes> attributes(FileId file) {
        return Optional.ofNullable(names.node(Id.of(file))).map(Names.Node::attributes);
    }

    /** What a name in a directory names. */
    public Optional<FileId> child(FileId directory, Name name) {
        return Optional.ofNullable(names.at(new Slot(Id.of(directory), name))).map(Id::file);
    }

    /**
     * Every name of the tree: parents before what they hold, names of one directory by their bytes. The same tree gives
     * them in the same order always. No change may be applied until the last one is taken.
     */
    @Override
    public Iterator<NamedFile> iterator() {
        return new TreeIterator(root, names);
    }

    /**
     * Makes a change.
     *
     * @param record the next change in LSN order; RENAME and EXCHANGE may lack the file id, the tree
     *     knows it by its name
     * @return the files, directories and whatever else have lost their last name by it: unlinked, replaced,
     *     or moved out of the tree, with all that was below
     * @throws IllegalArgumentException when the change does not say, and the tree does not know, what a name
     *     stands for afterwards (EXCHANGE with a name outside the tree among them), or a place's last component
     *     is no name. The tree is as before and no longer exact: order a new listing
     */
    public List<FileId> apply(NameChanged record) {
        Change change = Change.of(record);
        Id old = at(change.place());
        Id replaced = at(change.newPlace());
        if (change.kind() == NameChangeKind.RENAME && old != null && old.equals(replaced)) {
            return List.of();
        }
        Id arriving = change.file() == null && change.moves() ? old : change.file();
        boolean exchangesUnknown = change.kind() == NameChangeKind.EXCHANGE && replaced == null;
        boolean namesUnknown = change.destination() != null && arriving == null;
        if (change.exchangesWithOutside() || exchangesUnknown || namesUnknown) {
            throw new IllegalArgumentException("not known what " + change.unsaid() + " are after " + change.kind());
        }
        Set<Id> candidates = new LinkedHashSet<>();
        if (change.kind() != NameChangeKind.ATTRIBUTES) {
            candidates.add(old);
            candidates.add(replaced);
        }
        if (change.kind() == NameChangeKind.MKDIR) {
            candidates.addAll(names.children(arriving).values());
        }
        candidates.remove(null);
        change.apply(names, arriving, replaced);
        return forgetNameless(candidates);
    }

    private Id at(Slot slot) {
        return slot == null ? null : names.at(slot);
    }

    private List<FileId> forgetNameless(Set<Id> candidates) {
        List<FileId> lost = new ArrayList<>();
        Deque<Id> waiting = new ArrayDeque<>(candidates);
        while (!waiting.isEmpty()) {
            Id file = waiting.remove();
            if (names.slots(file).isEmpty() && names.node(file) != null && !file.equals(root)) {
                List<Id> below = List.copyOf(names.children(file).values());
                names.empty(file);
                waiting.addAll(below);
                names.forget(file);
                lost.add(file.file());
            }
        }
        return lost;
    }
}
