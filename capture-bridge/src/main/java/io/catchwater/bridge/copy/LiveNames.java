package io.catchwater.bridge.copy;

import io.catchwater.bridge.source.SourceRoots;
import io.catchwater.schemas.event.FileAttributes;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.NameChangeKind;
import io.catchwater.schemas.event.NameChanged;
import io.catchwater.schemas.event.Place;
import io.catchwater.tree.Name;
import io.catchwater.tree.NameTree;
import io.catchwater.tree.TreePath;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The source's names at the drained position, and which files' content the stream has. Drain thread only.
 *
 * <p>Until a base copy's listing is closed the names are known in part only: those made since it was opened. While any
 * listing is open they may be wrong; what is said of content is not: a file taken for gone is copied when it is found.
 */
final class LiveNames implements FileCopies.Names {

    /** Files without a name (O_TMPFILE) that are remembered; the content of older ones is copied when they get one. */
    static final int NAMELESS_LIMIT = 65_536;

    private static final byte[] NOTHING = {};
    private static final byte[] SQLITE_INDEX = {'-', 's', 'h', 'm'};
    private static final byte[] SQLITE_LOG = {'-', 'w', 'a', 'l'};

    private NameTree tree;
    private boolean whole;

    /** Regular files whose content is in the stream, from their creation on or copied, or whose copy is ordered. */
    private final Set<FileKey> known = new HashSet<>();

    /** Of these, the ones made without a name that have none yet, oldest first. */
    private final Set<FileKey> nameless = new LinkedHashSet<>();

    /** Files that have lost their last included name with a directory: not known until a listing says what they are. */
    private final Set<FileKey> leaving = new HashSet<>();

    LiveNames(FileId root, FileAttributes rootAttributes) {
        this.tree = NameTree.empty(root, rootAttributes);
    }

    /** A base copy begins: nothing is known any more. */
    void forget(FileId root, FileAttributes rootAttributes) {
        tree = NameTree.empty(root, rootAttributes);
        whole = false;
        known.clear();
        nameless.clear();
        leaving.clear();
    }

    /** False while only the names made since a base copy began are known. */
    boolean isWhole() {
        return whole;
    }

    @Override
    public Optional<TreePath> path(FileId file) {
        return tree.path(file);
    }

    @Override
    public Optional<FileAttributes> attributes(FileId file) {
        return tree.attributes(file);
    }

    /** True when the content of the file is in the stream already, or its copy is ordered. */
    boolean isKnown(FileId file) {
        return known.contains(FileKey.of(file));
    }

    /** The copy of the file's content is ordered. */
    void know(FileId file) {
        known.add(FileKey.of(file));
        leaving.remove(FileKey.of(file));
    }

    /**
     * A directory has another name, beside an exclusion: files that have only excluded names now are not known any more. A
     * listing has to follow.
     *
     * @return these files
     */
    List<FileId> leave(Predicate<TreePath> excluded) {
        Set<FileKey> left = new HashSet<>(known);
        left.removeAll(nameless);
        tree.forEach(name -> {
            if (!excluded.test(name.path())) {
                left.remove(FileKey.of(name.file()));
            }
        });
        known.removeAll(left);
        leaving.addAll(left);
        return left.stream().map(FileKey::file).toList();
    }

    /** Where a directory is now; empty when that is not known. */
    Optional<Place> place(FileId directory) {
        return tree.path(directory).map(path -> {
            FileId holder = SourceRoots.VIRTUAL_ROOT;
            FileId at = tree.root();
            for (Name name : names(path)) {
                holder = at;
                at = tree.child(at, name).orElse(directory);
            }
            return new Place(holder, ByteBuffer.wrap(path.bytes()));
        });
    }

    private static List<Name> names(TreePath path) {
        List<Name> names = new ArrayList<>();
        byte[] bytes = path.bytes();
        for (int start = 0, end; start < bytes.length; start = end + 1) {
            end = start;
            while (end < bytes.length && bytes[end] != '/') {
                end++;
            }
            names.add(Name.of(Arrays.copyOfRange(bytes, start, end)));
        }
        return names;
    }

    /** True when the file was made without a name and has none yet. */
    boolean isNameless(FileId file) {
        return nameless.contains(FileKey.of(file));
    }

    /** The content of a file is not known any more: it is copied when it gets a name. */
    void distrust(FileId file) {
        nameless.remove(FileKey.of(file));
        known.remove(FileKey.of(file));
    }

    /**
     * A rename between two names of one file does nothing (rename(2)), and is no change. Known only where the names
     * are.
     */
    boolean isNothing(NameChanged change) {
        if (change.getKind() != NameChangeKind.RENAME || change.getPlace() == null || change.getNewPlace() == null) {
            return false;
        }
        Optional<FileId> old = at(change.getPlace());
        return old.isPresent() && old.equals(at(change.getNewPlace()));
    }

    /** What has a name now; empty when that is not known. */
    Optional<FileId> at(Place place) {
        ByteBuffer path = place.getPath();
        int start = path.limit();
        while (start > path.position() && path.get(start - 1) != '/') {
            start--;
        }
        return start == path.limit()
                ? Optional.empty()
                : tree.child(place.getDirectory(), Name.of(path.slice(start, path.limit() - start)));
    }

    /** As {@link Copies#isSqliteIndex}. */
    boolean isSqliteIndex(byte[] path) {
        int end = path.length - SQLITE_INDEX.length;
        boolean named = end > 0 && Arrays.equals(path, end, path.length, SQLITE_INDEX, 0, SQLITE_INDEX.length);
        return named && isRegular(path, end, NOTHING) && isRegular(path, end, SQLITE_LOG);
    }

    /** True when the file beside, of which the name begins with that of a path up to {@code end}, is there. */
    private boolean isRegular(byte[] path, int end, byte[] suffix) {
        byte[] beside = Arrays.copyOf(path, end + suffix.length);
        System.arraycopy(suffix, 0, beside, end, suffix.length);
        if (beside[end - 1] == '/') {
            return false;
        }
        Optional<FileId> at = Optional.of(tree.root());
        for (Name name : names(TreePath.of(beside))) {
            at = at.flatMap(directory -> tree.child(directory, name));
        }
        return at.flatMap(tree::attributes).filter(FileModes::mayBeRegular).isPresent();
    }

    /**
     * Makes a change.
     *
     * @return the files of which the stream has to be told that they have no name any more
     * @throws IllegalArgumentException when the names are no longer exact: they have to be listed again
     */
    List<FileId> apply(NameChanged change) {
        FileKey file = FileKey.of(change.getFile());
        boolean named = change.getPlace() != null || change.getNewPlace() != null;
        List<FileId> lost = new ArrayList<>();
        if (change.getKind() == NameChangeKind.CREATE) {
            known.add(file);
        }
        if (named) {
            nameless.remove(file);
        } else if (change.getKind() == NameChangeKind.CREATE) {
            addNameless(file, lost);
        }
        if (!whole && change.getKind() == NameChangeKind.EXCHANGE) {
            return lost; // What is at the other name is not known yet: the listing will say.
        }
        for (FileId gone : tree.apply(change)) {
            if (known.remove(FileKey.of(gone)) || leaving.remove(FileKey.of(gone))) {
                lost.add(gone);
            }
        }
        return lost;
    }

    private void addNameless(FileKey file, List<FileId> lost) {
        nameless.add(file);
        if (nameless.size() > NAMELESS_LIMIT) {
            FileKey oldest = nameless.iterator().next();
            distrust(oldest.file());
            lost.add(oldest.file());
        }
    }

    /**
     * A listing is closed: these are the names.
     *
     * @param unknown takes each regular file whose content is not in the stream, and its size
     * @return the files of which the stream has to be told that they have no name any more
     */
    List<FileId> replace(NameTree listed, UnknownFile unknown) {
        List<FileId> lost = new ArrayList<>();
        leaving.stream().filter(file -> listed.nameCount(file.file()) == 0).forEach(file -> lost.add(file.file()));
        leaving.clear();
        known.removeIf(file -> {
            boolean gone = listed.nameCount(file.file()) == 0 && !nameless.contains(file);
            if (gone) {
                lost.add(file.file());
            }
            return gone;
        });
        listed.forEach(name -> {
            if (FileModes.isRegular(name.attributes()) && known.add(FileKey.of(name.file()))) {
                unknown.accept(name.file(), name.attributes().getSize());
            }
        });
        tree = listed;
        whole = true;
        return lost;
    }

    /** Takes a file that is to be copied. */
    interface UnknownFile {
        void accept(FileId file, long size);
    }
}
