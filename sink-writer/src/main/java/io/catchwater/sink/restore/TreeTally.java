package io.catchwater.sink.restore;

import io.catchwater.files.FileType;
import io.catchwater.schemas.event.ChunkPart;
import io.catchwater.schemas.event.FileAttributes;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.Gone;
import io.catchwater.schemas.event.NameChanged;
import io.catchwater.schemas.event.Place;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.operation.Extent;
import io.catchwater.schemas.operation.NewFile;
import io.catchwater.schemas.operation.Operation;
import io.catchwater.schemas.operation.PlaceChunk;
import io.catchwater.schemas.operation.Range;
import io.catchwater.schemas.operation.RemoveTree;
import io.catchwater.schemas.operation.Resize;
import io.catchwater.schemas.operation.TreeBegun;
import io.catchwater.schemas.operation.TreeName;
import io.catchwater.schemas.operation.WriteBytes;
import io.catchwater.sink.SinkException;
import io.catchwater.sink.replica.FileKey;
import io.catchwater.sink.replica.OperationReceiver;
import io.catchwater.sink.replica.TreePath;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Counts what operations lead to, and writes nothing: names and sizes are kept in memory, a few hundred bytes for each. */
final class TreeTally implements OperationReceiver {

    private final NavigableMap<TreePath, Named> names = new TreeMap<>(TreePath.WALK_ORDER);
    private final Map<FileKey, Long> sizes = new HashMap<>();
    private long bytesApplied;
    private long operationsApplied;

    private record Named(FileKey file, FileType type) {}

    @Override
    public void apply(int partition, long kafkaOffset, Operation operation) throws SinkException {
        Object body = operation.getBody();
        if (body instanceof WriteBytes write) {
            for (Extent extent : write.getExtents()) {
                int length = extent.getContent().remaining();
                extend(write.getFile(), extent.getFileOffset() + length);
                bytesApplied += length;
            }
        } else if (body instanceof PlaceChunk chunk) {
            place(chunk);
        } else if (body instanceof Resize resize) {
            sizes.put(FileKey.of(resize.getFile()), resize.getSize());
        } else if (body instanceof NewFile begun) {
            sizes.put(FileKey.of(begun.getFile()), 0L);
        } else if (body instanceof Gone gone) {
            sizes.remove(FileKey.of(gone.getFile()));
        } else if (body instanceof TreeBegun) {
            names.clear();
        } else if (body instanceof TreeName name) {
            put(TreePath.of(name.getPath()), name.getFile(), name.getAttributes());
        } else if (body instanceof RemoveTree removed) {
            take(TreePath.of(removed.getPath()));
        } else if (body instanceof NameChanged change) {
            apply(change);
        }
        operationsApplied++;
    }

    private void extend(FileId file, long end) {
        sizes.merge(FileKey.of(file), end, Math::max);
    }

    private void place(PlaceChunk chunk) {
        for (Range zeros : chunk.getZeros()) {
            extend(chunk.getFile(), zeros.getEnd());
        }
        for (ChunkPart part : chunk.getParts()) {
            extend(chunk.getFile(), part.getFileOffset() + part.getLength());
            bytesApplied += part.getLength();
        }
        if (chunk.getSize() >= 0) {
            sizes.put(FileKey.of(chunk.getFile()), chunk.getSize());
        }
    }

    private void put(TreePath path, FileId file, FileAttributes attributes) {
        names.put(path, new Named(FileKey.of(file), FileType.of(attributes.getMode())));
    }

    private void apply(NameChanged change) throws SinkException {
        TreePath place = pathOf(change.getPlace());
        TreePath newPlace = pathOf(change.getNewPlace());
        switch (change.getKind()) {
            case CREATE, MKDIR, SYMLINK, MKNOD, LINK -> {
                if (place != null) {
                    put(place, change.getFile(), change.getAttributes());
                }
            }
            case UNLINK, RMDIR -> take(place);
            case EXCHANGE -> {
                NavigableMap<TreePath, Named> one = take(place);
                NavigableMap<TreePath, Named> other = take(newPlace);
                give(one, place, newPlace);
                give(other, newPlace, place);
            }
            case RENAME -> rename(change, place, newPlace);
            case ATTRIBUTES -> {
                // Neither names nor sizes.
            }
        }
    }

    private void rename(NameChanged change, TreePath place, TreePath newPlace) throws SinkException {
        if (place == null && newPlace != null) {
            put(newPlace, change.getFile(), change.getAttributes());
            return;
        }
        Named moved = names.get(place);
        if (newPlace != null && moved != null && moved.equals(names.get(newPlace))) {
            return;
        }
        NavigableMap<TreePath, Named> subtree = take(place);
        if (newPlace != null) {
            take(newPlace);
            give(subtree, place, newPlace);
        }
    }

    /** Takes a name out, with all below it. */
    private NavigableMap<TreePath, Named> take(TreePath path) {
        NavigableMap<TreePath, Named> taken = new TreeMap<>(TreePath.WALK_ORDER);
        if (path == null) {
            return taken;
        }
        for (Map.Entry<TreePath, Named> entry : names.tailMap(path, true).entrySet()) {
            if (!entry.getKey().equals(path) && !path.holds(entry.getKey())) {
                break;
            }
            taken.put(entry.getKey(), entry.getValue());
        }
        names.keySet().removeAll(taken.keySet());
        return taken;
    }

    private void give(NavigableMap<TreePath, Named> taken, TreePath from, TreePath to) throws SinkException {
        for (Map.Entry<TreePath, Named> entry : taken.entrySet()) {
            ByteArrayOutputStream path = new ByteArrayOutputStream();
            path.writeBytes(to.bytes());
            byte[] old = entry.getKey().bytes();
            path.write(old, from.bytes().length, old.length - from.bytes().length);
            names.put(TreePath.of(path.toByteArray()), entry.getValue());
        }
    }

    private static TreePath pathOf(Place place) throws SinkException {
        return place == null ? null : TreePath.of(place.getPath());
    }

    /** Regular files, by name. */
    long files() {
        return names.values().stream()
                .filter(named -> named.type() == FileType.REGULAR)
                .count();
    }

    /** Bytes in regular files; a file with several names counts once. */
    long bytes() {
        return names.values().stream()
                .filter(named -> named.type() == FileType.REGULAR)
                .map(Named::file)
                .distinct()
                .mapToLong(file -> sizes.getOrDefault(file, 0L))
                .sum();
    }

    @Override
    public List<Uncovered> takeUnkept() {
        return List.of();
    }

    @Override
    public long bytesApplied() {
        return bytesApplied;
    }

    @Override
    public long operationsApplied() {
        return operationsApplied;
    }
}
