package io.catchwater.bridge.copy;

import io.catchwater.bridge.source.SourceFiles;
import io.catchwater.files.Attributes;
import io.catchwater.files.Content;
import io.catchwater.files.Descriptor;
import io.catchwater.files.FileStatus;
import io.catchwater.files.FileType;
import io.catchwater.files.LinuxException;
import io.catchwater.tree.TreePath;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Reads when files were last changed, for the drain thread to tell whether something was stored into them through memory.
 *
 * <p>A store changes the time only when the page had been written back: so first all pages are, and when the time has not
 * moved meanwhile, the next store anywhere in the file will move it. A file of which that cannot be said is left out. One
 * reading thread.
 */
final class ChangeTimeReader implements Workers.Task {

    /** Kernels before 6.13 tell times apart only from one tick to the next, at most so long. */
    static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final SourceFiles files;
    private final Workers workers;
    private final long request;
    private final Map<FileKey, TreePath> wanted;
    private final boolean writeBack;

    /** @param writeBack whether to write the files' pages back first */
    ChangeTimeReader(
            SourceFiles files, Workers workers, long request, Map<FileKey, TreePath> wanted, boolean writeBack) {
        this.files = files;
        this.workers = workers;
        this.request = request;
        this.wanted = wanted;
        this.writeBack = writeBack;
    }

    @Override
    public void run() throws InterruptedException {
        Map<FileKey, Long> changedNs = new HashMap<>();
        for (Map.Entry<FileKey, TreePath> each : wanted.entrySet()) {
            long changed = read(each.getKey(), each.getValue());
            if (changed >= 0) {
                changedNs.put(each.getKey(), changed);
            }
        }
        workers.report(new Report.ChangeTimesRead(request, changedNs));
    }

    /** Negative when it cannot be told, or moves. */
    private long read(FileKey file, TreePath path) throws InterruptedException {
        try (Descriptor opened = files.open(path, 0)) {
            FileStatus status = Attributes.status(opened);
            if (status.type() != FileType.REGULAR || !SourceFiles.id(status).equals(file.file())) {
                return -1;
            }
            return writeBack ? writeBack(opened, status.changedNs()) : status.changedNs();
        } catch (LinuxException e) {
            return -1;
        }
    }

    private static long writeBack(Descriptor file, long changedNs) throws LinuxException, InterruptedException {
        if (!Attributes.tellStores(file)) {
            return -1;
        }
        long age = ChronoUnit.NANOS.between(Instant.EPOCH, Instant.now()) - changedNs;
        if (age >= 0 && age < TICK_NS) {
            TimeUnit.NANOSECONDS.sleep(TICK_NS - age);
        }
        Content.syncData(file);
        return Attributes.status(file).changedNs() == changedNs ? changedNs : -1;
    }
}
