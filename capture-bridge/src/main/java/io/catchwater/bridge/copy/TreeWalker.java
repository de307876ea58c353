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
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
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

    /** Everything is wanted of every file. */
    static final Predicate<FileId> ALL = file -> true;

    private static final ByteBuffer NO_TARGET = ByteBuffer.allocate(0);

    private final SourceFiles files;
    private final Slots slots;
    private final Workers workers;
    private final LongSupplier drainedLsn;
    private final long copyId;
    private final long walk;
    private final Deque<TreePath> waiting;
    private final Predicate<FileId> isWhole;

    private record Found(ListedName name, long changedNs) {}

    /** What is reported of a directory with each part of its names. */
    private record Part(FileId directory, long changedNs, long readAfterLsn) {}

    /** @param isWhole of which files all is wanted; of others neither extended attributes nor a symlink's target are read */
    TreeWalker(
            SourceFiles files,
            Slots slots,
            Workers workers,
            LongSupplier drainedLsn,
            long copyId,
            long walk,
            Collection<TreePath> from,
            Predicate<FileId> isWhole) {
        this.files = files;
        this.slots = slots;
        this.workers = workers;
        this.drainedLsn = drainedLsn;
        this.copyId = copyId;
        this.walk = walk;
        this.waiting = new ArrayDeque<>(from);
        this.isWhole = isWhole;
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
        report(new Part(files.root(), 0, readAfterLsn), names, new ArrayList<>(Collections.nCopies(names.size(), 0L)));
    }

    private void read(TreePath path, long readAfterLsn) throws InterruptedException, LinuxException {
        try (Descriptor directory = files.open(path, OpenFlags.DIRECTORY)) {
            Part part = part(directory, readAfterLsn);
            try {
                read(path, directory, part);
            } catch (LinuxException e) {
                unreadable(path, part, e);
            }
        } catch (LinuxException e) {
            if (!SourceFiles.isElsewhere(e)) {
                unopened(path, e, readAfterLsn);
            }
        }
    }

    private void unopened(TreePath path, LinuxException reason, long readAfterLsn) throws InterruptedException {
        try (Descriptor directory = files.open(path, OpenFlags.PATH | OpenFlags.DIRECTORY)) {
            unreadable(path, part(directory, readAfterLsn), reason);
        } catch (LinuxException e) {
            LOG.warn("{}", e.getMessage());
        }
    }

    /** It counts as read, or the listing would wait for it for ever. */
    private void unreadable(TreePath path, Part part, LinuxException e) throws InterruptedException {
        workers.report(new Report.Unreadable(path.toString(), e.getMessage()));
        report(part, List.of(), List.of());
    }

    private static Part part(Descriptor directory, long readAfterLsn) throws LinuxException {
        FileStatus status = Attributes.status(directory);
        return new Part(SourceFiles.id(status), status.changedNs(), readAfterLsn);
    }

    private void read(TreePath path, Descriptor directory, Part part) throws LinuxException, InterruptedException {
        DirectoryReader reader = new DirectoryReader(directory);
        List<ListedName> names = new ArrayList<>();
        List<Long> changedNs = new ArrayList<>();
        int bytes = 0;
        for (DirectoryReader.Entry entry = reader.next(); entry != null; entry = reader.next()) {
            TreePath place = path.resolve(Name.of(entry.name()));
            Found found = files.isExcluded(place) ? null : look(path, directory, entry.name());
            ListedName name = found == null ? null : found.name();
            if (name == null) {
                continue;
            }
            if (FileType.of(name.getAttributes().getMode()) == FileType.DIRECTORY) {
                waiting.add(place);
            }
            names.add(name);
            changedNs.add(found.changedNs());
            bytes += bytes(name);
            if (names.size() == CopyLimits.LISTED_NAMES || bytes >= CopyLimits.LISTED_BYTES) {
                report(part, names, changedNs);
                names = new ArrayList<>();
                changedNs = new ArrayList<>();
                bytes = 0;
            }
        }
        report(part, names, changedNs);
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

    /** Null when the name is gone: a change says so. */
    private Found look(TreePath path, Descriptor directory, byte[] name) throws LinuxException, InterruptedException {
        if (isWhole == ALL) {
            return lookAtAll(path, directory, name);
        }
        try {
            FileStatus status = Attributes.status(directory, name);
            if (isWhole.test(SourceFiles.id(status))) {
                return lookAtAll(path, directory, name);
            }
            ListedName listed = new ListedName(
                    ByteBuffer.wrap(name), SourceFiles.id(status), SourceFiles.attributes(status, null), NO_TARGET);
            return new Found(listed, status.changedNs());
        } catch (LinuxException e) {
            if (SourceFiles.isElsewhere(e)) {
                return null;
            }
            throw e;
        }
    }

    /** What is read of the file is read by one descriptor, since the name may become another file's meanwhile. */
    private Found lookAtAll(TreePath path, Descriptor directory, byte[] name)
            throws LinuxException, InterruptedException {
        try (Descriptor file = Names.open(directory, name, OpenFlags.PATH | OpenFlags.NO_FOLLOW, 0)) {
            FileStatus status = Attributes.status(file);
            ByteBuffer target =
                    status.type() == FileType.SYMLINK ? ByteBuffer.wrap(Names.readSymlink(file, HERE)) : NO_TARGET;
            ListedName listed = new ListedName(
                    ByteBuffer.wrap(name),
                    SourceFiles.id(status),
                    SourceFiles.attributes(status, extended(path, file, name)),
                    target);
            return new Found(listed, status.changedNs());
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

    private void report(Part part, List<ListedName> names, List<Long> changedNs) throws InterruptedException {
        workers.report(new Report.DirectoryRead(
                walk,
                new ListedDirectory(copyId, part.directory(), names),
                part.readAfterLsn(),
                part.changedNs(),
                changedNs));
    }
}
