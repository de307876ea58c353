package io.catchwater.sink.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.files.Content;
import io.catchwater.files.Descriptor;
import io.catchwater.files.ExtendedAttributes;
import io.catchwater.files.FileStatus;
import io.catchwater.files.FileType;
import io.catchwater.files.Names;
import io.catchwater.files.OpenFlags;
import io.catchwater.sink.seal.TreeWalk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A replica in a temporary directory, and a look at what is in it. */
final class TestReplica implements AutoCloseable {

    static final ChunkSource NO_CHUNKS = (partition, file, part) -> {
        throw new IOException("no chunks here");
    };

    final ReplicaPlace place;

    TestReplica(Path folder) throws IOException {
        this.place = ReplicaPlace.beside(Files.createDirectory(folder.resolve("replica")));
    }

    /** One line for each name, with all that counts. */
    static List<String> describe(SourceModel model) {
        Map<SourceModel.Node, String> first = new HashMap<>();
        List<String> lines = new ArrayList<>();
        // In the order of a walk, so that the same name is the first of several.
        TreeMap<String, SourceModel.Node> walk = new TreeMap<>((a, b) -> {
            try {
                return TreePath.WALK_ORDER.compare(path(a), path(b));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        walk.putAll(model.names);
        walk.forEach((path, node) -> {
            String link = first.computeIfAbsent(node, key -> path);
            String what = node.isDirectory() || node.mode == 0010600 || !node.target.isEmpty()
                    ? node.target
                    : Arrays.hashCode(node.content) + " " + node.content.length + " " + node.modifiedNs;
            lines.add(line(path, node.mode, link, what + " " + text(node.extended)));
        });
        return lines;
    }

    private static TreePath path(String text) throws IOException {
        return TreePath.of(SourceModel.bytes(text));
    }

    private static String text(Map<String, ByteBuffer> extended) {
        StringBuilder text = new StringBuilder();
        extended.forEach((name, value) ->
                text.append(name).append('=').append(StandardCharsets.ISO_8859_1.decode(value.duplicate())));
        return text.toString();
    }

    private static String line(String path, int mode, String link, String what) {
        return path + " " + Integer.toOctalString(mode) + " =" + link + " " + what;
    }

    List<String> describe() throws IOException {
        return describe(place.root());
    }

    /** The same of any tree. */
    static List<String> describe(Descriptor root) throws IOException {
        Map<Long, String> first = new HashMap<>();
        List<String> lines = new ArrayList<>();
        TreeWalk.walk(root, new TreeWalk.Visitor() {
            @Override
            public void enter(TreePath path, Descriptor directory, FileStatus status) throws IOException {
                if (!path.isRoot()) {
                    String text = new String(path.bytes(), StandardCharsets.ISO_8859_1);
                    lines.add(line(text, status.mode(), text, " " + extended(ExtendedAttributes.of(directory))));
                }
            }

            @Override
            public void visit(TreePath path, Descriptor parent, byte[] name, FileStatus status) throws IOException {
                String text = new String(path.bytes(), StandardCharsets.ISO_8859_1);
                String link = first.computeIfAbsent(status.inode(), inode -> text);
                String what = what(parent, name, status) + " " + extended(ExtendedAttributes.of(parent, name));
                lines.add(line(text, status.mode(), link, what));
            }

            @Override
            public void leave(TreePath path, Descriptor directory, FileStatus status) {}
        });
        return lines;
    }

    private static String extended(ExtendedAttributes extended) throws IOException {
        return text(extended.read());
    }

    private static String what(Descriptor parent, byte[] name, FileStatus status) throws IOException {
        if (status.type() == FileType.SYMLINK) {
            return new String(Names.readSymlink(parent, name), StandardCharsets.ISO_8859_1);
        }
        if (status.type() != FileType.REGULAR) {
            return "";
        }
        ByteBuffer content = ByteBuffer.allocateDirect((int) status.size());
        try (Descriptor file = Names.open(parent, name, OpenFlags.READ, 0)) {
            Content.readFully(file, content, 0);
        }
        byte[] bytes = new byte[(int) status.size()];
        content.flip().get(bytes);
        return Arrays.hashCode(bytes) + " " + bytes.length + " " + status.modifiedNs();
    }

    /** Ids in the store, sorted. */
    List<String> stored() throws IOException {
        try (var files = Files.list(place.sidePath().resolve("files"))) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    void assertIs(SourceModel model) throws IOException {
        assertThat(describe()).isEqualTo(describe(model));
        List<String> ids = model.names.values().stream()
                .filter(node -> !node.isDirectory())
                .map(node -> FileKey.of(node.id).toString())
                .distinct()
                .sorted()
                .toList();
        assertThat(stored()).isEqualTo(ids);
    }

    @Override
    public void close() throws IOException {
        place.close();
    }
}
