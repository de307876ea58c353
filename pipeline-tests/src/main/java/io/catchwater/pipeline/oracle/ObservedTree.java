package io.catchwater.pipeline.oracle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What is in a directory: path below it, to what is there. The directory itself is not among them.
 *
 * <p>The writer's names are plain ASCII, so {@link Path} will do here.
 */
public record ObservedTree(Map<String, Node> nodes) {

    private static final int PERMISSIONS = 07777;
    private static final long MAPPED_FROM_BYTES = 1 << 20;

    /** What a name stands for. */
    public sealed interface Node {}

    public record Directory(int mode) implements Node {}

    public record Symlink(String target) implements Node {}

    /**
     * A regular file.
     *
     * @param identity the same for two names of one file, different for two files
     * @param content little-endian, from 0 to its capacity
     */
    public record RegularFile(int mode, Object identity, ByteBuffer content) implements Node {

        @Override
        public String toString() {
            return String.format("file of %d bytes, mode %o", content.capacity(), mode);
        }
    }

    /** A socket, fifo or device: the writer makes none. */
    public record Other(int mode) implements Node {}

    /**
     * Reads a directory that nobody changes meanwhile.
     *
     * @param ignored names at its top that do not belong to it, such as a manifest
     * @throws IOException when something in it cannot be read
     */
    public static ObservedTree scan(Path root, Set<String> ignored) throws IOException {
        Map<String, Node> nodes = new TreeMap<>();
        Map<Object, ByteBuffer> contents = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                String name = root.relativize(path).toString();
                if (!name.isEmpty()
                        && !ignored.contains(root.relativize(path).getName(0).toString())) {
                    nodes.put(name, node(path, contents));
                }
            }
        }
        return new ObservedTree(nodes);
    }

    private static Node node(Path path, Map<Object, ByteBuffer> contents) throws IOException {
        Map<String, Object> stat = Files.readAttributes(
                path, "unix:mode,ino,size,isDirectory,isSymbolicLink,isRegularFile", LinkOption.NOFOLLOW_LINKS);
        int mode = (Integer) stat.get("mode") & PERMISSIONS;
        if ((Boolean) stat.get("isDirectory")) {
            return new Directory(mode);
        }
        if ((Boolean) stat.get("isSymbolicLink")) {
            return new Symlink(Files.readSymbolicLink(path).toString());
        }
        if (!(Boolean) stat.get("isRegularFile")) {
            return new Other(mode);
        }
        Object inode = stat.get("ino");
        ByteBuffer content = contents.get(inode);
        if (content == null) {
            content = content(path, (Long) stat.get("size"));
            contents.put(inode, content);
        }
        return new RegularFile(mode, inode, content);
    }

    private static ByteBuffer content(Path path, long size) throws IOException {
        if (size < MAPPED_FROM_BYTES) {
            return ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, size).order(ByteOrder.LITTLE_ENDIAN);
        }
    }
}
