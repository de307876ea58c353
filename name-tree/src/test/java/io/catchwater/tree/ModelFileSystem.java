package io.catchwater.tree;

import io.catchwater.schemas.event.FileAttributes;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.NameChangeKind;
import io.catchwater.schemas.event.NameChanged;
import io.catchwater.schemas.event.Place;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A file system of inodes with a watched tree and an outside; does operations as a kernel would and tells of them. */
final class ModelFileSystem {

    static final FileAttributes ROOT_ATTRIBUTES = new FileAttributes(040755, 0, 0, 0L, 0L, 0L, null, false);
    private static final int NAMES = 5;

    /** A file, directory or symlink; its number comes back after its last name has gone. */
    static final class Inode {
        final long number;
        final int type;
        final byte[] target;
        final Map<String, Inode> names = new TreeMap<>();
        int permissions = 0600;
        long birthNs;
        int links;
        Inode parent;

        Inode(long number, int type, String target) {
            this.number = number;
            this.type = type;
            this.target = target.getBytes(StandardCharsets.UTF_8);
        }

        boolean isDirectory() {
            return type == 040000;
        }

        FileId id() {
            return new FileId(1L, number, birthNs);
        }

        FileAttributes attributes() {
            Map<String, ByteBuffer> extended = Map.of("user.own", ByteBuffer.wrap(new byte[] {(byte) permissions}));
            return new FileAttributes(type | permissions, 0, 0, 0L, 0L, 0L, extended, false);
        }

        @Override
        public String toString() {
            return "#" + number;
        }
    }

    /** One thing to do, by choices among what there is. */
    record Step(int what, int a, int b, int c) {}

    final Inode root = new Inode(1, 040000, "");
    final Inode outside = new Inode(2, 040000, "");
    private final Deque<Long> free = new ArrayDeque<>();
    private final boolean keepsBirthTimes;
    private long lastNumber = 2;
    private long births;

    /** @param idsComeBack the file system keeps no birth times, so that a file id is used again */
    ModelFileSystem(boolean idsComeBack) {
        this.keepsBirthTimes = !idsComeBack;
    }

    /** Does a step where it is possible; the change that a hook would record of it, where it touches the tree. */
    Optional<NameChanged> step(Step step) {
        List<Inode> directories = directories();
        Inode from = pick(directories, step.a);
        Inode to = pick(directories, step.b);
        String name = "n" + Math.floorMod(step.a / 7 + step.c, NAMES);
        String other = "n" + Math.floorMod(step.b / 7 + step.c / 5, NAMES);
        return switch (Math.floorMod(step.what, 16)) {
            case 0 -> make(NameChangeKind.CREATE, from, name, 0100000, "");
            case 1, 2 -> make(NameChangeKind.MKDIR, from, name, 040000, "");
            case 3 -> make(NameChangeKind.SYMLINK, from, name, 0120000, "to" + step.c);
            case 4 -> make(NameChangeKind.MKNOD, from, name, 010000, "");
            case 5 -> link(from, name, to, other);
            case 6, 7, 8, 9 -> rename(from, name, to, other);
            case 10, 11 -> exchange(from, name, to, other);
            case 12, 13 -> remove(from, name);
            case 14 -> attributes(from, name, step.c);
            default -> rename(outside, name, to, other);
        };
    }

    private Optional<NameChanged> make(NameChangeKind kind, Inode directory, String name, int type, String target) {
        if (directory.names.containsKey(name)) {
            return Optional.empty();
        }
        Inode made = new Inode(free.isEmpty() ? ++lastNumber : free.pop(), type, target);
        made.birthNs = keepsBirthTimes ? ++births : 0;
        enter(directory, name, made);
        ByteBuffer bytes = ByteBuffer.wrap(made.target);
        return told(new NameChanged(kind, made.id(), made.attributes(), place(directory, name), null, bytes));
    }

    private Optional<NameChanged> link(Inode from, String name, Inode to, String newName) {
        Inode file = from.names.get(name);
        if (file == null || file.isDirectory() || to.names.containsKey(newName)) {
            return Optional.empty();
        }
        enter(to, newName, file);
        return told(change(NameChangeKind.LINK, file, place(to, newName), null));
    }

    private Optional<NameChanged> rename(Inode from, String name, Inode to, String newName) {
        Inode file = from.names.get(name);
        Inode replaced = to.names.get(newName);
        if (file == null || file == replaced || isBelow(to, file)) {
            return Optional.empty();
        }
        if (replaced != null && !(replaced.names.isEmpty() && replaced.isDirectory() == file.isDirectory())) {
            return Optional.empty();
        }
        Place place = place(from, name);
        leave(from, name, false);
        if (replaced != null) {
            leave(to, newName, true);
        }
        enter(to, newName, file);
        return told(change(NameChangeKind.RENAME, file, place, place(to, newName)));
    }

    private Optional<NameChanged> exchange(Inode from, String name, Inode to, String newName) {
        Inode file = from.names.get(name);
        Inode other = to.names.get(newName);
        if (file == null || other == null || file == other || isBelow(to, file) || isBelow(from, other)) {
            return Optional.empty();
        }
        Place place = place(from, name);
        Place newPlace = place(to, newName);
        leave(from, name, false);
        leave(to, newName, false);
        enter(from, name, other);
        enter(to, newName, file);
        return told(change(NameChangeKind.EXCHANGE, file, place, newPlace));
    }

    private Optional<NameChanged> remove(Inode directory, String name) {
        Inode file = directory.names.get(name);
        if (file == null || !file.names.isEmpty()) {
            return Optional.empty();
        }
        Place place = place(directory, name);
        leave(directory, name, true);
        return told(change(file.isDirectory() ? NameChangeKind.RMDIR : NameChangeKind.UNLINK, file, place, null));
    }

    private Optional<NameChanged> attributes(Inode directory, String name, int permissions) {
        Inode file = directory.names.get(name);
        if (file == null) {
            return Optional.empty();
        }
        file.permissions = Math.floorMod(permissions, 01000);
        return Optional.of(change(NameChangeKind.ATTRIBUTES, file, place(directory, name), null));
    }

    private void enter(Inode directory, String name, Inode file) {
        directory.names.put(name, file);
        file.links++;
        file.parent = directory;
    }

    private void leave(Inode directory, String name, boolean forGood) {
        Inode file = directory.names.remove(name);
        file.links--;
        if (forGood && file.links == 0) {
            free.push(file.number);
        }
    }

    private NameChanged change(NameChangeKind kind, Inode file, Place place, Place newPlace) {
        return new NameChanged(kind, file.id(), file.attributes(), place, newPlace, ByteBuffer.wrap(file.target));
    }

    private static Optional<NameChanged> told(NameChanged change) {
        return change.getPlace() == null && change.getNewPlace() == null ? Optional.empty() : Optional.of(change);
    }

    /** Null outside the tree. */
    private Place place(Inode directory, String name) {
        return isBelow(directory, root)
                ? new Place(directory.id(), ByteBuffer.wrap(("any/where/" + name).getBytes(StandardCharsets.UTF_8)))
                : null;
    }

    private boolean isBelow(Inode directory, Inode top) {
        for (Inode at = directory; at != null; at = at.parent) {
            if (at == top) {
                return true;
            }
        }
        return false;
    }

    private List<Inode> directories() {
        List<Inode> all = new ArrayList<>(List.of(root, outside));
        for (int i = 0; i < all.size(); i++) {
            all.get(i).names.values().stream().filter(Inode::isDirectory).forEach(all::add);
        }
        return all;
    }

    private static Inode pick(List<Inode> from, int choice) {
        return from.get(Math.floorMod(choice, from.size()));
    }

    /** The directory with an id, in the tree. */
    Optional<Inode> directory(FileId id) {
        return directories().stream()
                .filter(directory -> isBelow(directory, root) && directory.id().equals(id))
                .findFirst();
    }

    /** Every name of the tree with what it names, for comparing. */
    Map<String, String> names() {
        Map<String, String> all = new TreeMap<>();
        collect("", root, all);
        return all;
    }

    private static void collect(String above, Inode directory, Map<String, String> all) {
        directory.names.forEach((name, file) -> {
            all.put(above + name, text(file.id(), file.attributes(), ByteBuffer.wrap(file.target)));
            collect(above + name + "/", file, all);
        });
    }

    static Map<String, String> names(NameTree tree) {
        Map<String, String> all = new TreeMap<>();
        tree.forEach(name -> all.put(name.path().toString(), text(name.file(), name.attributes(), name.target())));
        return all;
    }

    private static String text(FileId id, FileAttributes attributes, ByteBuffer target) {
        return id.getInode() + " " + id.getBirthNs() + " " + Integer.toOctalString(attributes.getMode()) + " "
                + StandardCharsets.UTF_8.decode(target.duplicate()) + " " + attributes.getExtended();
    }

    /** All inodes that have a name in the tree. */
    Stream<Long> numbers() {
        return names().values().stream().map(text -> Long.valueOf(text.substring(0, text.indexOf(' '))));
    }
}
