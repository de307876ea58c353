package io.catchwater.bridge.copy;

import io.catchwater.bridge.publish.ChunkSink;
import io.catchwater.bridge.publish.EventLog;
import io.catchwater.bridge.ring.Slots;
import io.catchwater.bridge.source.SourceFiles;
import io.catchwater.bridge.source.UncapturedChanges;
import io.catchwater.bridge.source.UncapturedWriters;
import io.catchwater.files.Attributes;
import io.catchwater.files.Descriptor;
import io.catchwater.files.LinuxException;
import io.catchwater.schemas.event.FileAttributes;
import io.catchwater.schemas.event.FileId;
import io.catchwater.tree.TreePath;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives the readers their work. Drain thread only. */
final class SourceReaders implements TreeListing.Walkers, FileCopies.Readers {

    private static final Logger LOG = LoggerFactory.getLogger(SourceReaders.class);

    private final SourceFiles files;
    private final UncapturedWriters writers;
    private final UncapturedChanges changes;
    private final Slots slots;
    private final Workers workers;
    private final ChunkSink chunks;
    private final Throttle throttle;
    private final EventLog log;
    private final Consumer<Throwable> onFailure;

    SourceReaders(
            SourceFiles files,
            UncapturedWriters writers,
            UncapturedChanges changes,
            Slots slots,
            Workers workers,
            ChunkSink chunks,
            Throttle throttle,
            EventLog log,
            Consumer<Throwable> onFailure) {
        this.files = files;
        this.writers = writers;
        this.changes = changes;
        this.slots = slots;
        this.workers = workers;
        this.chunks = chunks;
        this.throttle = throttle;
        this.log = log;
        this.onFailure = onFailure;
    }

    @Override
    public void walk(long copyId, long walk, List<TreePath> from) {
        workers.submit(new TreeWalker(files, slots, workers, log::drainedLsn, copyId, walk, from, TreeWalker.ALL));
    }

    /** Looks for processes that can change watched files unseen, or have, then walks the whole tree. */
    void audit(long walk) {
        workers.submit(() -> {
            UncapturedWriters.Found found = writers.find();
            workers.report(
                    new Report.WritersFound(walk, found.writers(), mapped(found.mapped()), found.asynchronous()));
            List<UncapturedChanges.Change> told = changes.take();
            workers.report(new Report.ChangesFound(walk, told, changes.isWhole()));
            Set<FileKey> changed = new HashSet<>();
            told.forEach(change -> changed.add(FileKey.of(change.file())));
            new TreeWalker(
                            files,
                            slots,
                            workers,
                            log::drainedLsn,
                            0,
                            walk,
                            List.of(TreePath.ROOT),
                            file -> changed.contains(FileKey.of(file)))
                    .run();
        });
    }

    private static List<Report.Mapped> mapped(List<UncapturedWriters.Mapped> found) {
        List<Report.Mapped> mapped = new ArrayList<>();
        for (UncapturedWriters.Mapped each : found) {
            try (Descriptor file = UncapturedWriters.open(each)) {
                mapped.add(new Report.Mapped(SourceFiles.id(Attributes.status(file)), each.pid()));
            } catch (LinuxException e) {
                LOG.debug("a mapped file is gone: {}", e.getMessage());
            }
        }
        return mapped;
    }

    /** Tells when files were last changed, see {@link ChangeTimeReader}. */
    void changeTimes(long request, Map<FileKey, TreePath> wanted, boolean writeBack) {
        workers.submit(new ChangeTimeReader(files, workers, request, wanted, writeBack));
    }

    @Override
    public void read(Window window, TreePath path) {
        workers.submit(
                new WindowReader(files, slots, workers, chunks, throttle, log.partitions(), onFailure, window, path));
    }

    @Override
    public FileId root() {
        try {
            return files.root();
        } catch (LinuxException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public FileAttributes rootAttributes() {
        try {
            return files.rootAttributes();
        } catch (LinuxException e) {
            throw new UncheckedIOException(e);
        }
    }
}
