package io.catchwater.tree;

import io.catchwater.schemas.FileIds;
import io.catchwater.schemas.event.FileAttributes;
import io.catchwater.schemas.event.NameChangeKind;
import io.catchwater.schemas.event.NameChanged;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A change of names, checked.
 *
 * @param file what is concerned; null where the record does not say
 * @param place the name concerned, of RENAME and EXCHANGE the old one; null outside the tree, and for the root
 * @param newPlace RENAME and EXCHANGE: the new one; null outside the tree
 */
record Change(NameChangeKind kind, Id file, FileAttributes attributes, ByteBuffer target, Slot place, Slot newPlace) {

    /** @throws IllegalArgumentException when a place's last component is no name, or one is missing */
    static Change of(NameChanged change) {
        boolean root = change.getKind() == NameChangeKind.ATTRIBUTES
                && change.getPlace() != null
                && !change.getPlace().getPath().hasRemaining();
        Slot place = root || change.getPlace() == null ? null : Slot.of(change.getPlace());
        Slot newPlace = change.getNewPlace() == null ? null : Slot.of(change.getNewPlace());
        // The id of a virtual root is all zeros, which elsewhere means that it is not known.
        Id file = FileIds.isNone(change.getFile()) && !root ? null : Id.of(change.getFile());
        return new Change(change.getKind(), file, change.getAttributes(), change.getTarget(), place, newPlace);
    }

    boolean moves() {
        return kind == NameChangeKind.RENAME || kind == NameChangeKind.EXCHANGE;
    }

    boolean removes() {
        return kind == NameChangeKind.UNLINK || kind == NameChangeKind.RMDIR;
    }

    /** True when a directory, or what may be one, comes from outside the tree and brings names along. */
    boolean bringsDirectory() {
        return kind == NameChangeKind.RENAME && place == null && newPlace != null && mayBeDirectory();
    }

    /** True when a directory, or what may be one, leaves the tree. */
    boolean takesDirectory() {
        return kind == NameChangeKind.RENAME && place != null && newPlace == null && mayBeDirectory();
    }

    /** True when something left the tree and something unknown came in for it. */
    boolean exchangesWithOutside() {
        return kind == NameChangeKind.EXCHANGE && (place == null || newPlace == null);
    }

    /** True when another file may get the id after this one is gone: an inode number without a birth time. */
    boolean idMayComeBack() {
        return file == null || file.birthNs() == 0;
    }

    private boolean mayBeDirectory() {
        return file == null || attributes.getMode() == 0 || Names.isDirectory(attributes);
    }

    /** The name that the file concerned has after the change; null when that is none in the tree. */
    Slot destination() {
        return moves() ? newPlace : removes() ? null : place;
    }

    /** The names of which the record does not say what they, or the attributes behind them, are afterwards. */
    List<Slot> unsaid() {
        return Stream.of(kind == NameChangeKind.EXCHANGE ? place : null, file == null ? destination() : null)
                .filter(Objects::nonNull)
                .toList();
    }

    /** The directories of which it changes the names. */
    List<Id> modified() {
        return kind == NameChangeKind.ATTRIBUTES
                ? List.of()
                : Stream.of(place, newPlace)
                        .filter(Objects::nonNull)
                        .map(Slot::directory)
                        .toList();
    }

    /**
     * Makes the change.
     *
     * @param arriving what the destination names afterwards, null for nothing
     * @param exchanged what the old place of an EXCHANGE names afterwards, null for nothing
     */
    void apply(Names names, Id arriving, Id exchanged) {
        describe(names);
        switch (kind) {
            case MKDIR -> {
                if (file != null) {
                    names.empty(file);
                }
                assign(names, place, arriving);
            }
            case CREATE, LINK, SYMLINK, MKNOD -> assign(names, place, arriving);
            case RENAME -> {
                assign(names, place, null);
                assign(names, newPlace, arriving);
            }
            case EXCHANGE -> {
                assign(names, place, exchanged);
                assign(names, newPlace, arriving);
            }
            case UNLINK, RMDIR -> assign(names, place, null);
            case ATTRIBUTES -> {}
        }
    }

    private void describe(Names names) {
        boolean known = kind == NameChangeKind.ATTRIBUTES ? names.node(file) != null : destination() != null;
        if (file == null || !known) {
            return;
        }
        boolean fresh = kind == NameChangeKind.CREATE || kind == NameChangeKind.MKDIR || kind == NameChangeKind.MKNOD;
        if (fresh || target.hasRemaining()) {
            names.describe(file, attributes, target);
        } else {
            names.describe(file, attributes);
        }
    }

    private static void assign(Names names, Slot slot, Id file) {
        if (slot == null) {
            return;
        }
        if (file == null) {
            names.clear(slot);
        } else {
            names.set(slot, file);
        }
    }
}
