package io.catchwater.pipeline.oracle;

import io.catchwater.pipeline.oracle.Layout.PreparedFile;
import io.catchwater.pipeline.oracle.ObservedTree.Directory;
import io.catchwater.pipeline.oracle.ObservedTree.Node;
import io.catchwater.pipeline.oracle.ObservedTree.RegularFile;
import io.catchwater.pipeline.oracle.ObservedTree.Symlink;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A file system in memory, byte by byte and without cleverness: what the oracle is compared with. */
final class Machine {

    private static final int ENOENT = 2;
    private static final int EEXIST = 17;

    private static final class Inode {
        byte[] bytes = {};
        int mode;
    }

    private final TreeMap<String, Object> names = new TreeMap<>();
    private final Map<Integer, Inode> files = new HashMap<>();

    Machine(Layout layout) {
        layout.directories().forEach((path, mode) -> names.put(path, new Directory(mode)));
        layout.symlinks().forEach((path, target) -> names.put(path, new Symlink(target)));
        for (PreparedFile file : layout.files()) {
            Inode inode = create(file.number(), file.mode(), file.path());
            write(inode, 0, file.size(), file.id(), 0);
        }
    }

    private Machine() {}

    Machine copy() {
        Machine copy = new Machine();
        Map<Inode, Inode> copies = new HashMap<>();
        files.forEach((number, inode) -> {
            Inode twin = new Inode();
            twin.bytes = inode.bytes.clone();
            twin.mode = inode.mode;
            copies.put(inode, twin);
            copy.files.put(number, twin);
        });
        names.forEach((path, entry) -> copy.names.put(path, entry instanceof Inode inode ? copies.get(inode) : entry));
        return copy;
    }

    /**
     * Executes an operation whatever its log says, and returns its errno. What has nothing to work on, because something
     * was left out before, does nothing.
     */
    int execute(Op op) {
        boolean ofFile = op.kind() == Kind.WRITE || op.kind() == Kind.APPEND || op.kind() == Kind.TRUNCATE;
        boolean ofName = op.kind() == Kind.LINK || op.kind() == Kind.LOCK || op.kind() == Kind.CHMOD;
        if ((ofFile && !files.containsKey(op.file())) || (ofName && !(names.get(op.path()) instanceof Inode))) {
            return ENOENT;
        }
        switch (op.kind()) {
            case CREATE -> create(op.file(), op.mode(), op.path());
            case WRITE -> write(files.get(op.file()), op.offset(), op.length(), op.id(), op.offset());
            case APPEND -> write(files.get(op.file()), files.get(op.file()).bytes.length, op.length(), op.id(), 0);
            case TRUNCATE -> {
                Inode inode = files.get(op.file());
                inode.bytes = Arrays.copyOf(inode.bytes, (int) op.length());
            }
            case UNLINK, RMDIR, DROP -> {
                return names.remove(op.path()) == null ? ENOENT : 0;
            }
            case RENAME, PUT -> rename(op.path(), op.newPath());
            case MKDIR -> names.put(op.path(), new Directory(op.mode()));
            case LINK -> names.put(op.newPath(), names.get(op.path()));
            case LOCK -> {
                return names.putIfAbsent(op.newPath(), names.get(op.path())) == null ? 0 : EEXIST;
            }
            case SYMLINK -> names.put(op.path(), new Symlink(op.newPath()));
            case CHMOD -> ((Inode) names.get(op.path())).mode = op.mode();
        }
        return 0;
    }

    private Inode create(int number, int mode, String path) {
        Inode inode = new Inode();
        inode.mode = mode;
        files.put(number, inode);
        names.put(path, inode);
        return inode;
    }

    /** Writes bytes of cells that count from another offset than where they are written. */
    private static void write(Inode inode, long at, long length, long id, long firstCell) {
        if (at + length > inode.bytes.length) {
            inode.bytes = Arrays.copyOf(inode.bytes, (int) (at + length));
        }
        for (long i = 0; i < length; i++) {
            long offset = firstCell + i;
            long word = offset % 16 < 8 ? id : offset - offset % 16;
            inode.bytes[(int) (at + i)] = (byte) (word >>> (8 * (offset % 8)));
        }
    }

    private void rename(String from, String to) {
        Map<String, Object> moved = new TreeMap<>();
        for (String path : new ArrayList<>(names.keySet())) {
            if (path.equals(from) || path.startsWith(from + "/")) {
                moved.put(to + path.substring(from.length()), names.remove(path));
            }
        }
        names.putAll(moved);
    }

    /** What a look at it would show; stays as it is while the machine goes on. */
    ObservedTree look() {
        Map<String, Node> nodes = new TreeMap<>();
        names.forEach((path, entry) -> nodes.put(
                path,
                entry instanceof Inode inode
                        ? new RegularFile(
                                inode.mode,
                                inode,
                                ByteBuffer.wrap(inode.bytes.clone()).order(ByteOrder.LITTLE_ENDIAN))
                        : (Node) entry));
        return new ObservedTree(nodes);
    }

    /** Equal for trees that nobody could tell apart. */
    static String text(ObservedTree tree) {
        Map<Object, String> firstNames = new HashMap<>();
        List<String> lines = new ArrayList<>();
        tree.nodes().forEach((path, node) -> {
            if (node instanceof RegularFile file) {
                String first = firstNames.computeIfAbsent(file.identity(), key -> path);
                lines.add(path + " = " + first + " " + file.mode() + " "
                        + HexFormat.of().formatHex(file.content().array()));
            } else {
                lines.add(path + " " + node);
            }
        });
        return String.join("\n", lines);
    }
}
