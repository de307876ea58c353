package io.catchwater.bridge.copy;

import io.catchwater.bridge.ring.Slots;
import io.catchwater.bridge.source.SourceFiles;
import io.catchwater.files.Attributes;
import io.catchwater.files.Descriptor;
import io.catchwater.files.DirectoryReader;
import io.catchwater.files.ExtendedAttributes;
import io.catchwater.files.FileStatus;
import io.catchwater.files.FileType;
import io.catchwater.files.LinuxException;
import io.catchwater.files.Names;
import io.catchwater.files.OpenFlags;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.ListedDirectory;
import io.catchwater.schemas.event.ListedName;
import io.catchwater.tree.Name;
import io.catchwater.tree.TreePath;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads directories and everything below them while they change; keeps a walker's obligations of {@link
 * io.catchwater.tree.Listing}. Directories that it misses because they move are found by the listing. One walk, one
 * thread.
 */
final class TreeWalker implements Workers.Task {

    private static final Logger LOG = LoggerFactory.getLogger(TreeWalker.class);
    private static final byte[] HERE = {};
    private static final ByteBuffer NO_TARGET = ByteBuffer.allocate(0);

    private final SourceFiles files;
    private final Slots slots;
    private final Workers workers;
    private final LongSupplier drainedLsn;
    private final long copyId;
    private final long walk;
    private final Deque<TreePath> waiting;

    TreeWalker(
            SourceFiles files,
            Slots slots,
            Workers workers,
            LongSupplier drainedLsn,
            long copyId,
            long walk,
            Collection<TreePath> from) {
        this.files = files;
        this.slots = slots;
        this.workers = workers;
        this.drainedLsn = drainedLsn;
        this.copyId = copyId;
        this.walk = walk;
        this.waiting = new ArrayDeque<>(from);
    }

    @Override
    public void run() throws InterruptedException, LinuxException {
        while (!waiting.isEmpty()) {
            TreePath path = waiting.remove();
            // Before the directory is opened: what was drained by now was done before it is read.
            long readAfterLsn = drainedLsn.getAsLong();
            if (files.isVirtual(path)) {
                readVirtual(path, readAfterLsn);
            } else {
                read(path, readAfterLsn);
            }
        }
        workers.report(new Report.WalkEnded(walk, slots.inFlight()));
    }

    private void readVirtual(TreePath path, long readAfterLsn) throws InterruptedException, LinuxException {
        List<ListedName> names = files.virtualNames();
        names.forEach(name -> waiting.add(path.resolve(Name.of(name.getName()))));
        report(files.root(), names, readAfterLsn);
    }

    private void read(TreePath path, long readAfterLsn) throws InterruptedException, LinuxException {
        try (Descriptor directory = files.open(path, OpenFlags.DIRECTORY)) {
            FileId id = SourceFiles.id(Attributes.status(directory));
            try {
                read(path, directory, id, readAfterLsn);
            } catch (LinuxException e) {
                unreadable(path, id, e, readAfterLsn);
            }
        } catch (LinuxException e) {
            if (!SourceFiles.isElsewhere(e)) {
                unopened(path, e, readAfterLsn);
            }
        }
    }

    private void unopened(TreePath path, LinuxException reason, long readAfterLsn) throws InterruptedException {
        try (Descriptor directory = files.open(path, OpenFlags.PATH | OpenFlags.DIRECTORY)) {
            unreadable(path, SourceFiles.id(Attributes.status(directory)), reason, readAfterLsn);
        } catch (LinuxException e) {
            LOG.warn("{}", e.getMessage());
        }
    }

    /** It counts as read, or the listing would wait for it for ever. */
    private void unreadable(TreePath path, FileId id, LinuxException e, long readAfterLsn) throws InterruptedException {
        workers.report(new Report.Unreadable(path.toString(), e.getMessage()));
        report(id, List.of(), readAfterLsn);
    }

    private void read(TreePath path, Descriptor directory, FileId id, long readAfterLsn)
            throws LinuxException, InterruptedException {
        DirectoryReader reader = new DirectoryReader(directory);
        List<ListedName> names = new ArrayList<>();
        int bytes = 0;
        for (DirectoryReader.Entry entry = reader.next(); entry != null; entry = reader.next()) {
            ListedName name = look(path, directory, entry.name());
            if (name == null) {
                continue;
            }
            if (FileType.of(name.getAttributes().getMode()) == FileType.DIRECTORY) {
                waiting.add(path.resolve(Name.of(entry.name())));
            }
            names.add(name);
            bytes += bytes(name);
            if (names.size() == CopyLimits.LISTED_NAMES || bytes >= CopyLimits.LISTED_BYTES) {
                report(id, names, readAfterLsn);
                names = new ArrayList<>();
                bytes = 0;
            }
        }
        report(id, names, readAfterLsn);
    }

    private static int bytes(ListedName name) {
        Map<String, ByteBuffer> extended = name.getAttributes().getExtended();
        return name.getName().remaining() + name.getTarget().remaining() + (extended == null ? 0 : bytes(extended));
    }

    private static int bytes(Map<String, ByteBuffer> extended) {
        int bytes = 0;
        for (Map.Entry<String, ByteBuffer> each : extended.entrySet()) {
            bytes += each.getKey().length() + each.getValue().remaining();
        }
        return bytes;
    }

    /**
     * Null when the name is gone: a change says so. What is read of the file is read by one descriptor, since the name may
     * become another file's meanwhile.
     */
    private ListedName look(TreePath path, Descriptor directory, byte[] name)
            throws LinuxException, InterruptedException {
        try (Descriptor file = Names.open(directory, name, OpenFlags.PATH | OpenFlags.NO_FOLLOW, 0)) {
            FileStatus status = Attributes.status(file);
            ByteBuffer target =
                    status.type() == FileType.SYMLINK ? ByteBuffer.wrap(Names.readSymlink(file, HERE)) : NO_TARGET;
            return new ListedName(
                    ByteBuffer.wrap(name),
                    SourceFiles.id(status),
                    SourceFiles.attributes(status, extended(path, file, name)),
                    target);
        } catch (LinuxException e) {
            // EINVAL: no symlink any more.
            if (SourceFiles.isElsewhere(e) || e.errno() == io.catchwater.files.Errno.EINVAL) {
                return null;
            }
            throw e;
        }
    }

    /** Null when they can't be read, which is told. */
    private Map<String, ByteBuffer> extended(TreePath path, Descriptor file, byte[] name) throws InterruptedException {
        String reason;
        try {
            Map<String, ByteBuffer> extended = ExtendedAttributes.of(file).read();
            if (bytes(extended) <= CopyLimits.EXTENDED_BYTES) {
                return extended.isEmpty() ? Map.of() : extended;
            }
            reason = "too many extended attributes: " + bytes(extended) + " bytes";
        } catch (LinuxException e) {
            reason = e.getMessage();
        }
        workers.report(new Report.Unreadable(path.resolve(Name.of(name)).toString(), reason));
        return null;
    }

    private void report(FileId directory, List<ListedName> names, long readAfterLsn) throws InterruptedException {
        workers.report(new Report.DirectoryRead(walk, new ListedDirectory(copyId, directory, names), readAfterLsn));
    }
}
