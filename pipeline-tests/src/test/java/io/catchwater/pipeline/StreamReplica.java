package io.catchwater.pipeline;

import io.catchwater.pipeline.OrderedStream.Placed;
import io.catchwater.pipeline.oracle.ObservedTree;
import io.catchwater.pipeline.oracle.ObservedTree.Directory;
import io.catchwater.pipeline.oracle.ObservedTree.Node;
import io.catchwater.pipeline.oracle.ObservedTree.RegularFile;
import io.catchwater.pipeline.oracle.ObservedTree.Symlink;
import io.catchwater.schemas.event.Chunk;
import io.catchwater.schemas.event.ChunkPart;
import io.catchwater.schemas.event.CopyBegun;
import io.catchwater.schemas.event.CopyEnded;
import io.catchwater.schemas.event.CutRequested;
import io.catchwater.schemas.event.FileAttributes;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.Gone;
import io.catchwater.schemas.event.NameChanged;
import io.catchwater.schemas.event.Place;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.operation.Extent;
import io.catchwater.schemas.operation.NewFile;
import io.catchwater.schemas.operation.PlaceChunk;
import io.catchwater.schemas.operation.Range;
import io.catchwater.schemas.operation.RemoveTree;
import io.catchwater.schemas.operation.Resize;
import io.catchwater.schemas.operation.TreeBegun;
import io.catchwater.schemas.operation.TreeEnded;
import io.catchwater.schemas.operation.TreeName;
import io.catchwater.schemas.operation.WriteBytes;
import io.catchwater.sink.cut.UncoveredWords;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/**
 * What the ordered stream says the tree is, in memory and without any of the sink's code: so that the stream can be
 * judged at thousands of LSNs, and a fault be told from one of the sink.
 */
final class StreamReplica {

    private static final int PERMISSIONS = 07777;
    private static final int TYPE = 0170000;
    private static final int DIRECTORY = 0040000;
    private static final int SYMLINK = 0120000;

    private static final class Content {
        byte[] bytes = {};
        int size;

        void resize(long newSize) {
            int limit = Math.toIntExact(newSize);
            if (limit > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(limit, bytes.length * 2));
            } else if (limit < size) {
                Arrays.fill(bytes, limit, size, (byte) 0);
            }
            size = limit;
        }

        void put(long at, ByteBuffer source) {
            if (at + source.remaining() > size) {
                resize(at + source.remaining());
            }
            source.duplicate().get(bytes, (int) at, source.remaining());
        }
    }

    /** A name: an id, and for a directory or a symlink what it is. */
    private record Name(FileId file, int mode, String target) {}

    private final OrderedStream stream;
    private final String chunksTopic;
    private final TreeMap<String, Name> names = new TreeMap<>();
    private final Map<FileId, Content> contents = new HashMap<>();
    private final Map<FileId, Integer> modes = new HashMap<>();
    private final Set<Long> openCopies = new HashSet<>();
    private final Map<FileId, Long> openChanges = new HashMap<>();
    private final List<String> uncovered = new ArrayList<>();
    private boolean based;
    private int next;

    StreamReplica(OrderedStream stream, String chunksTopic) {
        this.stream = stream;
        this.chunksTopic = chunksTopic;
    }

    boolean atEnd() {
        return next == stream.operations().size();
    }

    /** Applies all operations of the next LSN, and returns it. Not to be called at the end. */
    long advance() {
        long lsn = stream.operations().get(next).operation().getLsn();
        while (!atEnd() && stream.operations().get(next).operation().getLsn() == lsn) {
            apply(stream.operations().get(next++));
        }
        return lsn;
    }

    /** True when it is a tree that the source had. */
    boolean isCut() {
        return based && openCopies.isEmpty() && openChanges.isEmpty();
    }

    /** What the stream says it may have missed. */
    List<String> uncovered() {
        return uncovered;
    }

    private void apply(Placed placed) {
        Object body = placed.operation().getBody();
        if (body instanceof WriteBytes write) {
            for (Extent extent : write.getExtents()) {
                content(write.getFile()).put(extent.getFileOffset(), extent.getContent());
            }
            if (write.getContinues()) {
                openChanges.put(write.getFile(), placed.operation().getLsn());
            } else {
                openChanges.remove(write.getFile());
            }
        } else if (body instanceof Resize resize) {
            content(resize.getFile()).resize(resize.getSize());
        } else if (body instanceof NewFile file) {
            contents.put(file.getFile(), new Content());
        } else if (body instanceof Gone gone) {
            contents.remove(gone.getFile());
            openChanges.remove(gone.getFile());
        } else if (body instanceof PlaceChunk chunk) {
            place(chunk, placed.partition());
        } else if (body instanceof CopyBegun begun) {
            openCopies.add(begun.getCopyId());
        } else if (body instanceof CopyEnded ended) {
            openCopies.remove(ended.getCopyId());
            based |= ended.getBase();
        } else if (body instanceof Uncovered gap) {
            uncovered.add(UncoveredWords.line(gap));
        } else {
            applyToNames(body);
        }
    }

    private Content content(FileId file) {
        return contents.computeIfAbsent(file, key -> new Content());
    }

    private void place(PlaceChunk chunk, int partition) {
        Content content = content(chunk.getFile());
        for (ChunkPart part : chunk.getParts()) {
            Chunk bytes = stream.chunks()
                    .get(new TopicPartition(chunksTopic, partition))
                    .get(part.getKafkaOffset());
            content.put(part.getFileOffset(), bytes.getContent().slice(part.getSkip(), part.getLength()));
        }
        for (Range zeros : chunk.getZeros()) {
            content.put(zeros.getStart(), ByteBuffer.allocate((int) (zeros.getEnd() - zeros.getStart())));
        }
        if (chunk.getSize() >= 0) {
            content.resize(chunk.getSize());
        }
    }

    private void applyToNames(Object body) {
        if (body instanceof TreeBegun) {
            names.clear();
        } else if (body instanceof TreeName name) {
            put(text(name.getPath()), name.getFile(), name.getAttributes(), name.getTarget());
        } else if (body instanceof RemoveTree remove) {
            remove(text(remove.getPath()));
        } else if (body instanceof NameChanged change) {
            change(change);
        } else if (!(body instanceof TreeEnded) && !(body instanceof CutRequested)) {
            throw new IllegalStateException("not expected in the stream: " + body);
        }
    }

    private void change(NameChanged change) {
        String path = text(change.getPlace());
        switch (change.getKind()) {
            case CREATE, MKDIR, LINK, SYMLINK, MKNOD -> {
                if (path != null) {
                    put(path, change.getFile(), change.getAttributes(), change.getTarget());
                }
            }
            case UNLINK, RMDIR -> remove(path);
            case RENAME -> {
                if (path == null) {
                    put(text(change.getNewPlace()), change.getFile(), change.getAttributes(), change.getTarget());
                } else {
                    rename(path, text(change.getNewPlace()));
                }
            }
            case EXCHANGE -> {
                String aside = path + "\0";
                rename(path, aside);
                rename(text(change.getNewPlace()), path);
                rename(aside, text(change.getNewPlace()));
            }
            case ATTRIBUTES -> {
                modes.put(change.getFile(), change.getAttributes().getMode());
                names.replaceAll((name, old) -> old.file().equals(change.getFile())
                        ? new Name(old.file(), change.getAttributes().getMode(), old.target())
                        : old);
            }
        }
    }

    private void put(String path, FileId file, FileAttributes attributes, ByteBuffer target) {
        names.put(path, new Name(file, attributes.getMode(), text(target)));
        modes.put(file, attributes.getMode());
    }

    private void remove(String path) {
        names.subMap(path + "/", path + "0").clear();
        names.remove(path);
    }

    private void rename(String path, String newPath) {
        Map<String, Name> moved = new TreeMap<>(names.subMap(path + "/", path + "0"));
        if (names.containsKey(path)) {
            moved.put(path, names.get(path));
        }
        remove(newPath);
        remove(path);
        moved.forEach((old, name) -> names.put(newPath + old.substring(path.length()), name));
    }

    private static String text(Place place) {
        return place == null ? null : text(place.getPath());
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }

    /** The tree as it is now; it does not change later. */
    ObservedTree look() {
        Map<String, Node> nodes = new TreeMap<>();
        Map<FileId, ByteBuffer> copies = new HashMap<>();
        names.forEach((path, name) -> {
            int mode = modes.getOrDefault(name.file(), name.mode()) & PERMISSIONS;
            int type = name.mode() & TYPE;
            if (type == DIRECTORY) {
                nodes.put(path, new Directory(mode));
            } else if (type == SYMLINK) {
                nodes.put(path, new Symlink(name.target()));
            } else {
                ByteBuffer bytes = copies.computeIfAbsent(name.file(), this::copyOf);
                nodes.put(path, new RegularFile(mode, name.file(), bytes));
            }
        });
        return new ObservedTree(nodes);
    }

    private ByteBuffer copyOf(FileId file) {
        Content content = contents.getOrDefault(file, new Content());
        return ByteBuffer.wrap(Arrays.copyOf(content.bytes, content.size)).order(ByteOrder.LITTLE_ENDIAN);
    }
}
