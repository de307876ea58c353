package io.catchwater.bridge.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.catchwater.files.Attributes;
import io.catchwater.files.Descriptor;
import io.catchwater.files.FileHandle;
import io.catchwater.files.FileStatus;
import io.catchwater.files.FileType;
import io.catchwater.files.LinuxException;
import io.catchwater.files.Notices;
import io.catchwater.files.Notices.Notice;
import io.catchwater.files.OpenFlags;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to the kernel (fanotify), which tells of each change what process made it. It tells of captured changes too; but
 * each of those has its entry when the call has returned. So notices are read in batches, and when the ring is drained so
 * far a process is not captured that has neither an entry nor the ring mapped.
 *
 * <p>A thread of its own; {@link #take} any thread.
 */
public final class NoticedChanges implements UncapturedChanges, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NoticedChanges.class);

    private static final long CONTENT = Notices.MODIFIED | Notices.NAMES;
    private static final long WANTED = CONTENT | Notices.ATTRIBUTES | Notices.CLOSED;

    /** Programs of these file systems, and the sources', are named when they have ended already. */
    private static final List<Path> PROGRAMS = List.of(Path.of("/"), Path.of("/usr"));

    /** Changes remembered until somebody takes them, and changes of files with names that may all lie elsewhere. */
    static final int CHANGES_LIMIT = 65_536;

    static final int ELSEWHERE_LIMIT = 8_192;

    private static final int AWAIT_MS = 20;
    /** Between batches: what one process does to one file meanwhile is one notice. */
    private static final long PAUSE_MS = 2;

    private static final long STOP_MS = 10_000;

    private final Path proc;
    private final SourceRoots roots;
    private final CapturedProcesses captured;
    private final RingMapping mapping;
    private final IntFunction<NotCaptured> reasons;
    private final SettledRing ring;
    private final Notices notices;
    private final int own = (int) ProcessHandle.current().pid();
    private final FileSystems fileSystems = new FileSystems();
    private final Executions executions = new Executions();
    private final NoticeBatch batch = new NoticeBatch();
    private final PendingChanges inside = new PendingChanges(CHANGES_LIMIT);
    private final PendingChanges maybeInside = new PendingChanges(ELSEWHERE_LIMIT);
    private final Thread thread;
    private boolean emptied = true;
    private long overruns;
    private long overrunsBefore;
    private volatile boolean toldOverflow;
    private volatile boolean running = true;

    /** Guarded by this: how often it was asked to catch up, and how often it has. */
    private long asked;

    private long answered;

    private NoticedChanges(
            Path proc,
            SourceRoots roots,
            CapturedProcesses captured,
            int segment,
            IntFunction<NotCaptured> reasons,
            SettledRing ring,
            Notices notices) {
        this.proc = proc;
        this.roots = roots;
        this.captured = captured;
        this.mapping = new RingMapping(proc, segment);
        this.reasons = reasons;
        this.ring = ring;
        this.notices = notices;
        this.thread = new Thread(this::run, "catchwater-notices");
        thread.setDaemon(true);
    }

    /**
     * Begins to listen.
     *
     * @param proc the mounted proc file system
     * @param captured fed by the drain thread
     * @param segment id of the ring that captured programs have
     * @param reasons why a process is not captured, see {@link NotCapturedReasons}
     * @throws LinuxException when the kernel does not tell: EPERM without CAP_SYS_ADMIN; EINVAL, ENOSYS, EOPNOTSUPP, …
     */
    public static NoticedChanges start(
            Path proc,
            SourceRoots roots,
            CapturedProcesses captured,
            int segment,
            IntFunction<NotCaptured> reasons,
            SettledRing ring)
            throws LinuxException {
        NoticedChanges started = new NoticedChanges(proc, roots, captured, segment, reasons, ring, Notices.open());
        try {
            for (SourceRoots.Root root : roots.roots()) {
                started.notices.watch(started.fileSystems.add(root.directory()), WANTED | Notices.EXECUTED);
            }
        } catch (LinuxException e) {
            started.release();
            throw e;
        }
        started.watchPrograms();
        started.thread.start();
        return started;
    }

    private void watchPrograms() {
        for (Path directory : PROGRAMS) {
            try {
                notices.watch(fileSystems.add(directory), Notices.EXECUTED);
            } catch (LinuxException e) {
                LOG.debug("programs below {} are not named when they have ended: {}", directory, e.getMessage());
            }
        }
    }

    private void run() {
        try {
            while (running) {
                long request = request();
                read();
                if (!batch.isEmpty()) {
                    decide();
                    batch.clear();
                }
                if (emptied) {
                    answer(request);
                    Thread.sleep(PAUSE_MS);
                    notices.await(AWAIT_MS);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("no more notices are read");
        } catch (LinuxException | RuntimeException e) {
            LOG.warn("who changes files without being captured is not told any more: {}", e.toString());
        } finally {
            running = false;
            answer(Long.MAX_VALUE);
        }
    }

    private void read() throws LinuxException {
        if (emptied) {
            captured.turn();
            overrunsBefore = overruns;
            overruns = ring.overruns();
        }
        emptied = false;
        while (!emptied && !batch.isFull()) {
            emptied = !notices.read(this::take);
        }
    }

    private void take(Notice notice) {
        if ((notice.what() & Notices.OVERFLOW) != 0) {
            if (!toldOverflow) {
                toldOverflow = true;
                LOG.warn("the kernel has lost notices of changes: of some only the change times will tell");
            }
            return;
        }
        if (notice.pid() == own || notice.pid() == 0 || notice.file() == null) {
            return;
        }
        if ((notice.what() & WANTED) != 0) {
            batch.add(notice, executions.isStatic(notice.pid()), this::program, this::reason);
        }
        if ((notice.what() & Notices.EXECUTED) != 0) {
            executed(notice);
        }
    }

    private void executed(Notice notice) {
        try (Descriptor file = fileSystems.open(notice.file(), OpenFlags.READ | OpenFlags.NON_BLOCKING)) {
            executions.executed(notice.pid(), file);
        } catch (IOException e) {
            LOG.trace("a program is gone: {}", e.getMessage());
        }
    }

    private String program(int pid) {
        if (captured.contains(pid)) {
            return executions.program(pid);
        }
        Path process = proc.resolve(Integer.toString(pid));
        try {
            return Files.readSymbolicLink(process.resolve("exe")).toString();
        } catch (IOException e) {
            String executed = executions.program(pid);
            return executed.isEmpty() ? command(process) : executed;
        }
    }

    private NotCaptured reason(int pid) {
        return captured.contains(pid) ? NotCaptured.UNKNOWN : reasons.apply(pid);
    }

    /** What a thread of the kernel has instead of a program. */
    private static String command(Path process) {
        try {
            return Files.readString(process.resolve("comm")).strip();
        } catch (IOException e) {
            return "";
        }
    }

    private void decide() throws InterruptedException {
        ring.await();
        Set<Integer> hooked = new HashSet<>(batch.maybeHooked());
        hooked.removeIf(pid -> !captured.contains(pid) && !mapping.isIn(pid));
        if (hooked.size() < batch.maybeHooked().size()) {
            // One may have ended since the ring was drained, after another change.
            ring.await();
        }
        if (ring.overruns() != overrunsBefore) {
            // Some captured change of these has no entry; everything is read anew.
            return;
        }
        batch.forEach((pid, file, what, unhooked) -> {
            if (unhooked || !(hooked.contains(pid) || captured.contains(pid))) {
                add(pid, file, kind(what));
            } else if (executions.isStatic(pid)) {
                add(pid, file, Kind.SUSPECTED);
            }
        });
    }

    private static Kind kind(long what) {
        if ((what & CONTENT) != 0) {
            return Kind.CONTENT;
        }
        return (what & Notices.ATTRIBUTES) != 0 ? Kind.ATTRIBUTES : Kind.SUSPECTED;
    }

    private void add(int pid, FileHandle handle, Kind kind) {
        try (Descriptor file = fileSystems.open(handle, OpenFlags.PATH)) {
            FileStatus status = Attributes.status(file);
            PendingChanges pending = pending(status, Executions.path(file));
            if (pending != null) {
                boolean regular = status.type() == FileType.REGULAR;
                boolean isStatic = executions.isStatic(pid);
                String program = isStatic ? executions.program(pid) : batch.program(pid);
                NotCaptured reason = isStatic ? new NotCaptured.LinkedStatically() : batch.reason(pid);
                pending.add(new Change(SourceFiles.id(status), regular, kind, pid, program, reason));
            }
        } catch (IOException e) {
            LOG.trace("a file is gone: {}", e.getMessage());
        }
    }

    /** Null when the file lies elsewhere, or is excluded. Of several names the kernel tells any, and sometimes none: "/" then. */
    private PendingChanges pending(FileStatus status, String path) {
        boolean below = roots.roots().stream().anyMatch(root -> (path + "/").startsWith(root.directory() + "/"));
        if (below && !roots.isExcluded(ByteBuffer.wrap(path.getBytes(UTF_8)))) {
            return inside;
        }
        boolean severalNames = status.links() > 1 && status.type() != FileType.DIRECTORY;
        boolean nameUnknown = path.equals("/") && status.links() > 0;
        return severalNames || nameUnknown ? maybeInside : null;
    }

    private synchronized long request() {
        return asked;
    }

    private synchronized void answer(long request) {
        answered = request;
        notifyAll();
    }

    private synchronized void catchUp() throws InterruptedException {
        long request = ++asked;
        while (answered < request && running) {
            wait();
        }
    }

    @Override
    public boolean hasContent() throws InterruptedException {
        catchUp();
        return inside.hasContent();
    }

    @Override
    public boolean mayHaveContent() {
        return inside.hasContent();
    }

    @Override
    public boolean isWhole() {
        return running && !toldOverflow;
    }

    @Override
    public List<Change> take() throws InterruptedException {
        catchUp();
        List<Change> all = new ArrayList<>(inside.take());
        all.addAll(maybeInside.take());
        return all;
    }

    @Override
    public void close() throws LinuxException {
        running = false;
        thread.interrupt();
        try {
            thread.join(STOP_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!thread.isAlive()) {
            release();
        }
    }

    private void release() throws LinuxException {
        notices.close();
        fileSystems.close();
    }
}
