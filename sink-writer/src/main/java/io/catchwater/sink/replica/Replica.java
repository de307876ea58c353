package io.catchwater.sink.replica;

import io.catchwater.files.Content;
import io.catchwater.files.Descriptor;
import io.catchwater.files.Errno;
import io.catchwater.files.FileStatus;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.event.ChunkPart;
import io.catchwater.schemas.event.CopyBegun;
import io.catchwater.schemas.event.CopyEnded;
import io.catchwater.schemas.event.Gone;
import io.catchwater.schemas.event.NameChanged;
import io.catchwater.schemas.event.Uncovered;
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
import io.catchwater.sink.SinkException;
import io.catchwater.sink.throttle.Rate;
import io.catchwater.sink.throttle.Throttle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A directory that operations are applied to, one after the other, in the stream's order. The same code serves a
 * replica that is kept and one that is restored.
 *
 * <p>Applying operations again that were applied before, from a checkpoint on, leads to the same tree: see {@link Tree},
 * {@link Barrier} and {@link Orphans} for the parts where that takes care.
 *
 * <p>Used by one thread.
 */
public final class Replica implements OperationReceiver, AutoCloseable {

    private final ReplicaPlace place;
    private final ChunkSource chunks;
    private final Throttle throttle;
    private final Throttle.Waiting waiting;
    private final FileStore store;
    private final Orphans orphans = new Orphans();
    private final Drift drift = new Drift();
    private final Unkept unkept = new Unkept();
    private final Tree tree;
    private final NameOperations names;
    private final long againBelow;
    private Set<String> newSinceBase;
    private boolean baseOpen;
    private Reconciliation reconciliation;
    private long bytesApplied;
    private long operationsApplied;

    /**
     * @param place where it is; stays the caller's
     * @param chunks bytes of the base copy
     * @param barrier called before what cannot be applied twice
     * @param start what a checkpoint says
     */
    public Replica(ReplicaPlace place, ChunkSource chunks, Barrier barrier, ReplicaStart start) throws IOException {
        this(place, chunks, barrier, start, new Throttle(() -> Rate.UNLIMITED), seconds -> {});
    }

    /**
     * As above, at a rate.
     *
     * @param throttle of the bytes that are written to files
     * @param waiting told while nothing may be written; what it throws leaves the operation half done
     */
    public Replica(
            ReplicaPlace place,
            ChunkSource chunks,
            Barrier barrier,
            ReplicaStart start,
            Throttle throttle,
            Throttle.Waiting waiting)
            throws IOException {
        this.throttle = throttle;
        this.waiting = waiting;
        this.place = place;
        this.chunks = chunks;
        this.store = new FileStore(place.side(), place.files(), start.openFilesLimit(), start.checkpoint(), unkept);
        this.tree = new Tree(place.root(), place.reserved(), store, orphans, drift, unkept);
        this.names = new NameOperations(store, tree, drift, barrier, start.intent());
        this.againBelow = start.againBelow();
        this.newSinceBase = new HashSet<>(start.newSinceBase());
        this.baseOpen = start.baseOpen();
        drift.setApplyingAgain(againBelow > 0);
        for (int i = 0; i < start.openCopies(); i++) {
            drift.copyBegins();
        }
    }

    /**
     * Applies one operation. When it fails nothing outside has been touched, and nothing more may be applied.
     */
    @Override
    public void apply(int partition, long kafkaOffset, Operation operation) throws IOException {
        Object body = operation.getBody();
        long timeNs = operation.getTimeNs();
        if (partition == Topics.NAMES_PARTITION) {
            drift.setApplyingAgain(kafkaOffset < againBelow);
        }
        if (body instanceof WriteBytes write) {
            write(write, timeNs);
        } else if (body instanceof PlaceChunk chunk) {
            place(partition, chunk);
        } else if (body instanceof Resize resize) {
            store.resize(FileKey.of(resize.getFile()), checkedSize(resize.getSize()), timeNs);
        } else if (body instanceof NewFile begun) {
            begin(FileKey.of(begun.getFile()), timeNs);
        } else if (body instanceof Gone gone) {
            drop(FileKey.of(gone.getFile()));
        } else {
            applyToNames(partition, kafkaOffset, body, timeNs);
        }
        operationsApplied++;
    }

    private void applyToNames(int partition, long kafkaOffset, Object body, long timeNs) throws IOException {
        if (body instanceof NameChanged change) {
            names.apply(kafkaOffset, change, timeNs);
        } else if (body instanceof RemoveTree removed) {
            tree.removeTree(TreePath.of(removed.getPath()), timeNs);
        } else if (body instanceof TreeBegun begun) {
            reconciliation = new Reconciliation(store, tree, orphans, begun.getRootAttributes(), timeNs);
        } else if (body instanceof TreeName name) {
            openReconciliation().name(name);
        } else if (body instanceof TreeEnded) {
            endReconciliation();
        } else if (partition == Topics.NAMES_PARTITION) {
            applyCopy(body);
        }
    }

    private void applyCopy(Object body) throws IOException {
        if (body instanceof CopyBegun begun) {
            if (begun.getBase()) {
                newSinceBase = new HashSet<>();
                baseOpen = true;
                drift.noCopyOpen();
            }
            drift.copyBegins();
        } else if (body instanceof CopyEnded ended) {
            drift.copyEnds();
            if (ended.getBase()) {
                endBase();
            }
        }
    }

    private void write(WriteBytes write, long timeNs) throws IOException {
        FileKey file = FileKey.of(write.getFile());
        if (write.getExtents().isEmpty() && timeNs != 0) {
            store.touch(file, timeNs);
        }
        for (Extent extent : write.getExtents()) {
            checkedRange(extent.getFileOffset(), extent.getContent().remaining());
            inPieces(
                    extent.getContent(),
                    extent.getFileOffset(),
                    (fileOffset, bytes) -> store.write(file, fileOffset, bytes, timeNs));
        }
    }

    /** Writes bytes somewhere. */
    private interface Writing {
        void write(long fileOffset, ByteBuffer bytes) throws IOException;
    }

    private void inPieces(ByteBuffer content, long fileOffset, Writing writing) throws IOException {
        int done = 0;
        do {
            int length = Math.min(content.remaining() - done, throttle.piece());
            throttle.take(length, waiting);
            writing.write(fileOffset + done, content.slice(content.position() + done, length));
            done += length;
            bytesApplied += length;
        } while (done < content.remaining());
    }

    private void place(int partition, PlaceChunk chunk) throws IOException {
        FileKey file = FileKey.of(chunk.getFile());
        for (Range zeros : chunk.getZeros()) {
            checkedRange(zeros.getStart(), zeros.getEnd() - zeros.getStart());
            store.placeZeros(file, zeros.getStart(), zeros.getEnd());
        }
        for (ChunkPart part : chunk.getParts()) {
            checkedRange(part.getFileOffset(), part.getLength());
            inPieces(
                    chunks.read(partition, file, part),
                    part.getFileOffset(),
                    (fileOffset, bytes) -> store.place(file, fileOffset, bytes));
        }
        if (chunk.getSize() >= 0) {
            store.placeSize(file, chunk.getSize());
        }
        if (chunk.getModifiedNs() != 0) {
            store.touch(file, chunk.getModifiedNs());
        }
    }

    private void begin(FileKey file, long timeNs) throws IOException {
        store.begin(file, timeNs);
        if (baseOpen) {
            newSinceBase.add(file.toString());
        }
    }

    private void drop(FileKey file) throws IOException {
        FileStatus present = store.status(file);
        if (present != null) {
            orphans.gone(present);
            store.drop(file);
        }
        newSinceBase.remove(file.toString());
    }

    private Reconciliation openReconciliation() throws SinkException {
        if (reconciliation == null) {
            throw new SinkException(SinkException.Reason.FAILED, Errno.EINVAL, "names of a tree that has not begun");
        }
        return reconciliation;
    }

    private void endReconciliation() throws IOException {
        openReconciliation().end();
        reconciliation = null;
    }

    /** What has no name, and was not made since the copy began, is of no use any more. */
    private void endBase() throws IOException {
        if (!drift.isApplyingAgain()) {
            store.dropNameless(id -> !newSinceBase.contains(id));
        }
        newSinceBase = new HashSet<>();
        baseOpen = false;
    }

    /** True while the tree is being made what a listing says: no checkpoint may be taken. */
    public boolean isReconciling() {
        return reconciliation != null;
    }

    /** True while operations may be applied that were applied before a crash: the tree may be ahead of them. */
    public boolean isApplyingAgain() {
        return drift.isApplyingAgain();
    }

    /** Files made since the base copy began that is open, by id; for the checkpoint. */
    public Set<String> newSinceBase() {
        return Set.copyOf(newSinceBase);
    }

    /** Gives every file the modification time it has to have. To be called before anybody looks at the tree. */
    public void settle() throws IOException {
        store.settle();
    }

    /** Everything applied so far is on disk when this returns. */
    public void sync() throws IOException {
        settle();
        Content.syncFileSystem(place.root());
    }

    /**
     * A checkpoint is on disk that holds everything applied so far.
     *
     * @param number of the checkpoint
     */
    public void checkpointed(long number) throws IOException {
        store.checkpointed(number);
        if (!drift.isApplyingAgain()) {
            orphans.drop(store);
        }
    }

    @Override
    public List<Uncovered> takeUnkept() {
        return unkept.take();
    }

    /** The directory itself. */
    public Descriptor root() {
        return place.root();
    }

    @Override
    public long bytesApplied() {
        return bytesApplied;
    }

    @Override
    public long operationsApplied() {
        return operationsApplied;
    }

    private static long checkedSize(long size) throws SinkException {
        checkedRange(0, size);
        return size;
    }

    private static void checkedRange(long start, long length) throws SinkException {
        if (start < 0 || length < 0 || start + length < 0) {
            throw new SinkException(
                    SinkException.Reason.FAILED,
                    Errno.EINVAL,
                    "range refused: " + length + " bytes from file offset " + start);
        }
    }

    /** Closes the files that are open. What was applied is in the tree, but not necessarily on disk. */
    @Override
    public void close() throws IOException {
        store.close();
    }
}
