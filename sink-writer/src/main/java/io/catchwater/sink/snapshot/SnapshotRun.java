package io.catchwater.sink.snapshot;

import io.catchwater.files.Attributes;
import io.catchwater.files.Content;
import io.catchwater.files.Descriptor;
import io.catchwater.files.DirectoryReader;
import io.catchwater.files.Errno;
import io.catchwater.files.ExtendedAttributes;
import io.catchwater.files.FileType;
import io.catchwater.files.LinuxException;
import io.catchwater.files.Names;
import io.catchwater.files.OpenFlags;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.sink.SinkException;
import io.catchwater.sink.control.SnapshotRequest;
import io.catchwater.sink.replica.ReplicaPlace;
import io.catchwater.sink.replica.Seclusion;
import io.catchwater.sink.replica.TreePath;
import io.catchwater.sink.replica.TreeRemoval;
import io.catchwater.sink.runfiles.RunFile;
import io.catchwater.sink.seal.Manifest;
import io.catchwater.sink.seal.ManifestEntry;
import io.catchwater.sink.seal.ManifestReader;
import io.catchwater.sink.seal.ManifestWriter;
import io.catchwater.sink.seal.RunFileSearch;
import io.catchwater.sink.seal.Sealing;
import io.catchwater.sink.seal.TreeSize;
import io.catchwater.sink.throttle.Throttle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes one snapshot of a tree that stands still meanwhile. What an earlier run of the same snapshot left behind is
 * recognised: a finished one is kept, an unfinished one is removed and made anew.
 */
public final class SnapshotRun {

    private static final byte[] PARTIAL = ReplicaPlace.PARTIAL.getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ID = "snapshot-id".getBytes(StandardCharsets.US_ASCII);
    /** For people: the own directory is hidden. */
    private static final byte[] INCOMPLETE = "INCOMPLETE".getBytes(StandardCharsets.US_ASCII);

    private static final int OWN_MODE = 0700;
    private static final int ID_BYTES_LIMIT = 4096;

    private final Descriptor tree;
    private final SnapshotRequest request;
    private final Manifest manifest;
    private final Listener listener;
    private final Throttle throttle;
    private TreeSize total = new TreeSize(0, 0, 0);
    private long bytesDone;
    private long filesDone;

    /** Told how far it is, often; has to be quick. */
    public interface Listener {

        void progress(SnapshotProgress now);
    }

    /**
     * What was made.
     *
     * @param files regular files, by name
     * @param bytes in them
     * @param unkept what could not be set at the destination
     * @param leftOut run files that are not in it
     */
    public record Made(long files, long bytes, List<Uncovered> unkept, List<RunFile> leftOut) {}

    /**
     * @param tree root of what is copied; nothing changes it until the end
     * @param manifest what the manifest says of the snapshot
     */
    public SnapshotRun(Descriptor tree, SnapshotRequest request, Manifest manifest, Listener listener) {
        this.tree = tree;
        this.request = request;
        this.manifest = manifest;
        this.listener = listener;
        this.throttle = new Throttle(request::throttle);
    }

    /**
     * Makes it; all is on disk when this returns.
     *
     * @throws IOException why it could not be made; what had been copied is removed as far as possible, and what stays is
     *     marked by Catchwater's own directory in it
     */
    public Made run() throws IOException {
        Descriptor root = request.destination().root();
        Optional<Made> earlier = takeUp(root);
        return earlier.isPresent() ? earlier.get() : make(root);
    }

    private Optional<Made> takeUp(Descriptor root) throws IOException {
        Optional<Made> sealed = sealedEarlier(root);
        if (sealed.isPresent()) {
            Sealing.finish(
                    root, Attributes.status(tree), ExtendedAttributes.of(tree).read());
        } else if (isOwnLeftover(root)) {
            removeEverything(root);
        } else if (!DirectoryReader.isEmpty(root)) {
            throw new SinkException(
                    SinkException.Reason.DESTINATION_UNUSABLE, Errno.EEXIST, "'" + root + "' is not empty any more");
        }
        return sealed;
    }

    private Optional<Made> sealedEarlier(Descriptor root) throws IOException {
        try (ManifestReader reader = new ManifestReader(root)) {
            boolean same = reader.manifest().snapshotId().equals(manifest.snapshotId())
                    && reader.manifest().lsn() == manifest.lsn();
            return same ? Optional.of(made(reader)) : Optional.empty();
        } catch (LinuxException e) {
            if (e.errno() == Errno.ENOENT) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Made made(ManifestReader reader) throws IOException {
        List<Uncovered> unkept = new ArrayList<>();
        long files = 0;
        long bytes = 0;
        for (ManifestEntry entry = reader.next(); entry != null; entry = reader.next()) {
            files += entry.type() == FileType.REGULAR ? 1 : 0;
            if (entry.linkOf().isEmpty()) {
                bytes += entry.size();
                unkept.addAll(TreeCopy.unkept(entry));
            }
        }
        return new Made(files, bytes, unkept, reader.manifest().leftOut());
    }

    private boolean isOwnLeftover(Descriptor root) throws IOException {
        TreePath path = TreePath.of(PARTIAL).child(ID);
        ByteBuffer id = ByteBuffer.allocateDirect(ID_BYTES_LIMIT);
        try (Descriptor file = Names.openBeneath(root, path.bytes(), OpenFlags.READ, 0)) {
            Content.readFully(file, id, 0);
        } catch (LinuxException e) {
            if (e.errno() == Errno.ENOENT) {
                return false;
            }
            throw e;
        }
        return StandardCharsets.UTF_8.decode(id.flip()).toString().equals(manifest.snapshotId());
    }

    private Made make(Descriptor root) throws IOException {
        RunFileSearch search = new RunFileSearch();
        total = request.keepsRunFiles()
                ? TreeSize.of(tree, request::includes)
                : TreeSize.of(tree, request::includes, search);
        Room.require(tree, total, root);
        Seclusion seclusion = Seclusion.of(root);
        try (Descriptor partial = mark(root)) {
            Made made = copy(root, partial, search.found());
            if (!has(tree, INCOMPLETE)) {
                TreeRemoval.remove(root, INCOMPLETE, each -> {});
            }
            Sealing.seal(
                    root,
                    partial,
                    Attributes.status(tree),
                    ExtendedAttributes.of(tree).read());
            return made;
        } catch (IOException e) {
            giveUp(root, seclusion, e);
            throw e;
        }
    }

    private Descriptor mark(Descriptor root) throws IOException {
        Names.makeDirectory(root, PARTIAL, OWN_MODE);
        int flags = OpenFlags.READ | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;
        Descriptor partial = Names.open(root, PARTIAL, flags, 0);
        write(partial, ID, manifest.snapshotId());
        if (!has(tree, INCOMPLETE)) {
            write(
                    root,
                    INCOMPLETE,
                    "This is not a backup: snapshot " + manifest.snapshotId() + " of " + manifest.source()
                            + " was begun here and is not sealed.\n");
        }
        return partial;
    }

    private static boolean has(Descriptor directory, byte[] name) throws IOException {
        try {
            Attributes.status(directory, name);
            return true;
        } catch (LinuxException e) {
            if (e.errno() == Errno.ENOENT) {
                return false;
            }
            throw e;
        }
    }

    private static void write(Descriptor directory, byte[] name, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try (Descriptor file = Names.open(directory, name, OpenFlags.WRITE | OpenFlags.CREATE, 0600)) {
            Content.writeFully(
                    file, ByteBuffer.allocateDirect(bytes.length).put(bytes).flip(), 0);
        }
    }

    private Made copy(Descriptor root, Descriptor partial, List<RunFile> leftOut) throws IOException {
        Set<TreePath> without = leftOut.stream().map(RunFile::path).collect(Collectors.toSet());
        try (Descriptor file = Sealing.openManifest(partial)) {
            ManifestWriter writer = new ManifestWriter(file, manifest.withLeftOut(leftOut));
            TreeCopy treeCopy = new TreeCopy(root, writer, new CopyProgress());
            treeCopy.copy(tree, path -> request.includes(path) && !without.contains(path));
            requireWanted();
            listener.progress(
                    new SnapshotProgress("sealing", bytesDone, total.bytes(), filesDone, total.files(), null, 0, 0, 0));
            writer.finish();
            return new Made(writer.files(), writer.bytes(), treeCopy.unkept(), leftOut);
        }
    }

    private void requireWanted() throws SinkException {
        if (request.isCancelled()) {
            throw new SinkException(SinkException.Reason.CANCELLED, Errno.ECANCELED, "cancelled by command");
        }
    }

    private final class CopyProgress implements TreeCopy.Progress {
        private TreePath file;
        private long fileBytesDone;
        private long fileBytes;

        @Override
        public void begins(TreePath path, long size) throws IOException {
            file = path;
            fileBytesDone = 0;
            fileBytes = size;
            say(0);
            bytes(0);
        }

        @Override
        public int piece() {
            return throttle.piece();
        }

        @Override
        public void bytes(long count) throws IOException {
            requireWanted();
            throttle.take(count, seconds -> {
                requireWanted();
                say(seconds);
            });
            bytesDone += count;
            fileBytesDone += count;
            say(0);
        }

        @Override
        public void file(TreePath path) throws IOException {
            requireWanted();
            filesDone++;
            say(0);
        }

        private void say(double throttledSeconds) {
            listener.progress(new SnapshotProgress(
                    "copying",
                    bytesDone,
                    total.bytes(),
                    filesDone,
                    total.files(),
                    file,
                    fileBytesDone,
                    fileBytes,
                    throttledSeconds));
        }
    }

    private static void giveUp(Descriptor root, Seclusion seclusion, IOException cause) {
        try {
            removeEverything(root);
            seclusion.lift();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /** Catchwater's own directory last: as long as anything is left, it says that this is no backup. */
    private static void removeEverything(Descriptor root) throws IOException {
        for (DirectoryReader.Entry entry : DirectoryReader.sorted(root)) {
            if (!Arrays.equals(entry.name(), PARTIAL)) {
                TreeRemoval.remove(root, entry.name(), each -> {});
            }
        }
        TreeRemoval.remove(root, PARTIAL, each -> {});
    }
}
