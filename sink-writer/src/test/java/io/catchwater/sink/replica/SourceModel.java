package io.catchwater.sink.replica;

import io.catchwater.schemas.event.ChunkPart;
import io.catchwater.schemas.event.CopyBegun;
import io.catchwater.schemas.event.CopyEnded;
import io.catchwater.schemas.event.FileAttributes;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.Gone;
import io.catchwater.schemas.event.NameChangeKind;
import io.catchwater.schemas.event.NameChanged;
import io.catchwater.schemas.event.Place;
import io.catchwater.schemas.operation.Extent;
import io.catchwater.schemas.operation.NewFile;
import io.catchwater.schemas.operation.Operation;
import io.catchwater.schemas.operation.PlaceChunk;
import io.catchwater.schemas.operation.Range;
import io.catchwater.schemas.operation.RemoveTree;
import io.catchwater.schemas.operation.Resize;
import io.catchwater.schemas.operation.TreeBegun;
import io.catchwater.schemas.operation.TreeEnded;
import io.catchwater.schemas.operation.TreeName;
import io.catchwater.schemas.operation.WriteBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;

/** A file system in memory that does random things, and says them as the ordered stream would. */
final class SourceModel {

    static final int DIRECTORY_MODE = 0040755;
    private static final int FILE_MODE = 0100640;
    private static final int LINK_MODE = 0120777;
    private static final int FIFO_MODE = 0010600;
    private static final List<String> NAMES = List.of("a", "b", "c", "\u00e4\n");
    private static final FileId NO_DIRECTORY = new FileId(1L, 1L, 1L);

    /** Something that has names. */
    static final class Node {
        final FileId id;
        int mode;
        Map<String, ByteBuffer> extended = Map.of();
        long modifiedNs;
        byte[] content = new byte[0];
        String target = "";

        Node(FileId id, int mode) {
            this.id = id;
            this.mode = mode;
        }

        boolean isDirectory() {
            return mode == DIRECTORY_MODE;
        }

        boolean isRegular() {
            return (mode & 0170000) == 0100000;
        }
    }

    /** An operation and the partition it comes in. */
    record Sent(int partition, Operation operation) {}

    final TreeMap<String, Node> names = new TreeMap<>();
    final List<Sent> stream = new ArrayList<>();
    private final List<byte[]> chunks = new ArrayList<>();
    private final Random random;
    private long lsn = 100;
    private long nextInode = 1000;

    SourceModel(long seed) {
        this.random = new Random(seed);
        say(0, new CopyBegun(lsn, true, "beginning", lsn));
        list();
        say(0, new CopyEnded(lsn, true, 0L, 0L));
    }

    long lsn() {
        return lsn;
    }

    long timeNs() {
        return lsn * 1_000_000_007L;
    }

    private void say(int partition, Object body) {
        stream.add(new Sent(partition, new Operation(lsn, timeNs(), body)));
    }

    private void list() {
        say(0, new TreeBegun(lsn, new FileAttributes(DIRECTORY_MODE, 0, 0, 5L, 0L, 0L, null, false)));
        for (Map.Entry<String, Node> name : names.entrySet()) {
            Node node = name.getValue();
            say(0, new TreeName(bytes(name.getKey()), node.id, attributes(node), bytes(node.target)));
        }
        say(0, new TreeEnded(lsn));
    }

    /** Does one thing; sometimes none. */
    void step() {
        lsn += 1 + random.nextInt(3);
        switch (random.nextInt(18)) {
            case 0, 1 -> create();
            case 2, 3, 4 -> write();
            case 5 -> resize();
            case 6 -> link();
            case 7 -> unlink();
            case 8 -> makeDirectory();
            case 9 -> removeDirectory();
            case 10, 11 -> rename();
            case 12 -> special();
            case 13 -> exchange();
            case 14 -> attributes();
            case 15, 16 -> heal();
            default -> rare();
        }
    }

    /** The copy reads a file again: nothing changes. */
    private void heal() {
        Node node = any(Node::isRegular);
        if (node == null) {
            return;
        }
        say(0, new CopyBegun(lsn, false, "heal", lsn));
        int zerosFrom = node.content.length;
        while (zerosFrom > 0 && node.content[zerosFrom - 1] == 0) {
            zerosFrom--;
        }
        chunks.add(Arrays.copyOf(node.content, zerosFrom));
        ChunkPart part = new ChunkPart(0L, zerosFrom, 0, chunks.size() - 1L);
        List<Range> zeros = List.of(new Range((long) zerosFrom, (long) node.content.length));
        say(1, new PlaceChunk(lsn, node.id, List.of(part), zeros, true, (long) node.content.length, 0L));
        say(0, new CopyEnded(lsn, false, 0L, 0L));
    }

    /** Serves what {@link #heal} read. */
    ByteBuffer chunk(int partition, FileKey file, ChunkPart part) {
        return ByteBuffer.wrap(chunks.get((int) part.getKafkaOffset()));
    }

    private void rare() {
        if (random.nextInt(3) == 0) {
            say(0, new CopyBegun(lsn, false, "heal", lsn));
            list();
            say(0, new CopyEnded(lsn, false, 0L, 0L));
        } else {
            moveOut();
        }
    }

    private void create() {
        String path = freePath();
        if (path == null) {
            return;
        }
        Node node = add(path, FILE_MODE);
        say(0, change(NameChangeKind.CREATE, node, path, null));
        say(1, new NewFile(node.id));
    }

    private void write() {
        Node node = any(Node::isRegular);
        if (node == null) {
            return;
        }
        int at = random.nextInt(5000);
        byte[] bytes = new byte[1 + random.nextInt(3000)];
        random.nextBytes(bytes);
        node.content = Arrays.copyOf(node.content, Math.max(node.content.length, at + bytes.length));
        System.arraycopy(bytes, 0, node.content, at, bytes.length);
        node.modifiedNs = timeNs();
        say(1, new WriteBytes(node.id, List.of(new Extent((long) at, ByteBuffer.wrap(bytes))), false, 0L));
    }

    private void resize() {
        Node node = any(Node::isRegular);
        if (node != null) {
            int size = random.nextInt(6000);
            node.content = Arrays.copyOf(node.content, size);
            node.modifiedNs = timeNs();
            say(1, new Resize(node.id, (long) size));
        }
    }

    private void link() {
        Node node = any(each -> !each.isDirectory());
        String path = freePath();
        if (node != null && path != null) {
            names.put(path, node);
            say(0, change(NameChangeKind.LINK, node, path, null));
        }
    }

    private void unlink() {
        String path = anyPath(each -> !each.isDirectory());
        if (path != null) {
            Node node = names.remove(path);
            say(0, change(NameChangeKind.UNLINK, node, path, null));
            goneIfNameless(node);
        }
    }

    private void goneIfNameless(Node node) {
        if (!node.isDirectory() && !names.containsValue(node)) {
            say(1, new Gone(node.id));
        }
    }

    private void makeDirectory() {
        String path = freePath();
        if (path != null) {
            say(0, change(NameChangeKind.MKDIR, add(path, DIRECTORY_MODE), path, null));
        }
    }

    private void removeDirectory() {
        String path = anyPath(Node::isDirectory);
        if (path != null && below(path).isEmpty()) {
            say(0, change(NameChangeKind.RMDIR, names.remove(path), path, null));
        }
    }

    private void rename() {
        String from = anyPath(each -> true);
        String to = random.nextBoolean() ? freePath() : anyPath(each -> true);
        if (from == null || to == null || from.equals(to) || to.startsWith(from + "/")) {
            return;
        }
        Node node = names.get(from);
        Node replaced = names.get(to);
        boolean fits = replaced == null
                || (replaced.isDirectory() == node.isDirectory()
                        && replaced != node
                        && below(to).isEmpty());
        if (!fits) {
            return;
        }
        move(from, to);
        say(0, change(NameChangeKind.RENAME, node, from, to));
        if (replaced != null) {
            goneIfNameless(replaced);
        }
    }

    private void move(String from, String to) {
        Map<String, Node> moved = new TreeMap<>(below(from));
        moved.put(from, names.get(from));
        moved.keySet().forEach(names::remove);
        moved.forEach((path, node) -> names.put(to + path.substring(from.length()), node));
    }

    private void special() {
        String path = freePath();
        if (path == null) {
            return;
        }
        if (random.nextInt(3) == 0) {
            say(0, change(NameChangeKind.MKNOD, add(path, FIFO_MODE), path, null));
        } else {
            Node node = add(path, LINK_MODE);
            node.target = random.nextBoolean() ? "/etc" : NAMES.get(random.nextInt(NAMES.size()));
            say(0, change(NameChangeKind.SYMLINK, node, path, null));
        }
    }

    private void exchange() {
        String one = anyPath(each -> true);
        String other = anyPath(each -> true);
        if (one == null
                || one.equals(other)
                || one.startsWith(other + "/")
                || other.startsWith(one + "/")
                || names.get(one) == names.get(other)) {
            return;
        }
        Node node = names.get(one);
        move(one, "exchange");
        move(other, one);
        move("exchange", other);
        say(0, change(NameChangeKind.EXCHANGE, node, one, other));
    }

    private void attributes() {
        String path = anyPath(Node::isRegular);
        if (path != null) {
            Node node = names.get(path);
            node.mode = 0100000 | (0600 + random.nextInt(0100));
            node.extended = random.nextBoolean() ? Map.of() : Map.of("user.number", bytes("" + random.nextInt(5)));
            node.modifiedNs = lsn * 3;
            say(0, change(NameChangeKind.ATTRIBUTES, node, path, null));
        }
    }

    private void moveOut() {
        String path = anyPath(Node::isDirectory);
        if (path == null) {
            return;
        }
        Map<String, Node> moved = new TreeMap<>(below(path));
        names.remove(path);
        moved.keySet().forEach(names::remove);
        say(0, new RemoveTree(bytes(path)));
        moved.values().stream().distinct().forEach(this::goneIfNameless);
    }

    private Node add(String path, int mode) {
        Node node = new Node(new FileId(7L, nextInode++, lsn), mode);
        node.modifiedNs = timeNs();
        names.put(path, node);
        return node;
    }

    private Map<String, Node> below(String path) {
        return names.subMap(path + "/", path + "0");
    }

    private String freePath() {
        List<String> parents = new ArrayList<>(List.of(""));
        names.forEach((path, node) -> {
            if (node.isDirectory() && path.chars().filter(c -> c == '/').count() < 2) {
                parents.add(path + "/");
            }
        });
        String path = parents.get(random.nextInt(parents.size())) + NAMES.get(random.nextInt(NAMES.size()));
        return names.containsKey(path) ? null : path;
    }

    private String anyPath(Predicate<Node> wanted) {
        List<String> paths = names.entrySet().stream()
                .filter(name -> wanted.test(name.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        return paths.isEmpty() ? null : paths.get(random.nextInt(paths.size()));
    }

    private Node any(Predicate<Node> wanted) {
        String path = anyPath(wanted);
        return path == null ? null : names.get(path);
    }

    private static NameChanged change(NameChangeKind kind, Node node, String path, String newPath) {
        return new NameChanged(kind, node.id, attributes(node), place(path), place(newPath), bytes(node.target));
    }

    private static Place place(String path) {
        return path == null ? null : new Place(NO_DIRECTORY, bytes(path));
    }

    private static FileAttributes attributes(Node node) {
        return new FileAttributes(
                node.mode, 0, 0, node.modifiedNs, (long) node.content.length, 0L, node.extended, false);
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
