package io.catchwater.bridge.source;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.catchwater.files.Descriptor;
import io.catchwater.files.LinuxException;
import io.catchwater.schemas.control.UncapturedProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for processes that can change a watched file and do not have the ring mapped: started before capture, linked
 * statically, or without the hook for another reason. What a process of another user has open only root sees.
 *
 * <p>One is told of when it has been so for {@link #PATIENCE_MS}: between the execution of a program and the moment at which
 * its hook maps the ring a captured one looks the same. Any thread; who calls may wait for that long.
 */
public final class UncapturedWriters {

    /** How long a process may have files open and no ring before it counts as not captured, in milliseconds. */
    static final long PATIENCE_MS = 300;

    /** As before, when it was started to join this ring and its program can be hooked: it is being loaded. */
    static final long JOIN_PATIENCE_MS = 3_000;

    private static final Logger LOG = LoggerFactory.getLogger(UncapturedWriters.class);
    private static final long AGAIN_MS = 50;
    private static final long NS_PER_MS = 1_000_000L;

    private final Path proc;
    private final RingMapping mapping;
    private final WatchedFiles watched;
    private final JoiningProcesses joining;
    private final Sightings sightings;
    private volatile Set<Integer> mappers = Set.of();
    private final int own = (int) ProcessHandle.current().pid();

    /** What a process has of the source mapped shared and writable, be it captured or not: absolute path, as bytes. */
    public record Mapped(int pid, ByteBuffer file) {}

    /** A captured process that has io_uring or kernel AIO, by which it may change files unseen. */
    public record Asynchronous(int pid, String program) {}

    /**
     * What was found.
     *
     * @param writers that are not captured; each with one of its files, as a path below the root of the tree
     */
    public record Found(List<UncapturedProcess> writers, List<Mapped> mapped, List<Asynchronous> asynchronous) {}

    /**
     * Nobody was seen yet.
     *
     * @param proc the mounted proc file system
     * @param segment shared memory that captured programs have attached
     * @param ring its file, as captured programs have it in their environment
     * @param reasons why a process is not captured, see {@link NotCapturedReasons}
     */
    public UncapturedWriters(Path proc, SourceRoots roots, int segment, Path ring, IntFunction<NotCaptured> reasons) {
        this.proc = proc;
        this.mapping = new RingMapping(proc, segment);
        this.watched = new WatchedFiles(proc, roots);
        this.joining = new JoiningProcesses(proc, ring, reasons);
        this.sightings = new Sightings(proc);
    }

    /** Looks at everything: also at what processes have mapped, and by what ways captured ones may change files unseen. */
    public Found find() throws InterruptedException {
        Found found = new Found(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        Map<Integer, Set<ByteBuffer>> suspects = new LinkedHashMap<>();
        for (int pid : processes()) {
            try {
                examine(pid, found, suspects);
            } catch (IOException e) {
                LOG.trace("process {} has ended, or belongs to somebody else: {}", pid, e.getMessage());
            }
        }
        found.writers().addAll(confirmed(suspects));
        mappers = found.mapped().stream().map(Mapped::pid).collect(Collectors.toUnmodifiableSet());
        return found;
    }

    /** A cheap look: those that have files open for writing, and of those that had some mapped when all was looked at. */
    public List<UncapturedProcess> look() throws InterruptedException {
        Map<Integer, Set<ByteBuffer>> suspects = new LinkedHashMap<>();
        for (int pid : processes()) {
            try {
                Set<ByteBuffer> files = watched.openForWriting(pid);
                if (mappers.contains(pid)) {
                    files.addAll(watched.mapped(Files.readAllLines(proc.resolve(pid + "/maps"), ISO_8859_1)));
                }
                if (!files.isEmpty() && !mapping.isIn(pid)) {
                    suspects.put(pid, files);
                }
            } catch (IOException e) {
                LOG.trace("process {} has ended, or belongs to somebody else: {}", pid, e.getMessage());
            }
        }
        return confirmed(suspects);
    }

    private List<Integer> processes() {
        List<Integer> pids = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                int pid = Integer.parseInt(process.getFileName().toString());
                if (pid != own) {
                    pids.add(pid);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return pids;
    }

    private void examine(int pid, Found found, Map<Integer, Set<ByteBuffer>> suspects) throws IOException {
        List<String> maps = Files.readAllLines(proc.resolve(pid + "/maps"), ISO_8859_1);
        Set<ByteBuffer> mapped = watched.mapped(maps);
        mapped.forEach(file -> found.mapped().add(new Mapped(pid, file)));
        if (mapping.isIn(maps)) {
            if (watched.isAsynchronous(pid, maps)) {
                found.asynchronous().add(new Asynchronous(pid, JoiningProcesses.program(proc, pid)));
            }
            return;
        }
        Set<ByteBuffer> files = new LinkedHashSet<>(mapped);
        files.addAll(watched.openForWriting(pid));
        if (!files.isEmpty()) {
            suspects.put(pid, files);
        }
    }

    /** Waits until each is captured, has no file open any more, or has been so for long enough. */
    private List<UncapturedProcess> confirmed(Map<Integer, Set<ByteBuffer>> suspects) throws InterruptedException {
        Map<Integer, Set<ByteBuffer>> left = suspects;
        List<UncapturedProcess> confirmed = new ArrayList<>();
        while (!left.isEmpty()) {
            Map<Integer, Set<ByteBuffer>> fresh = new LinkedHashMap<>();
            left.forEach((pid, files) -> {
                Sightings.Sighting first = sightings.seen(pid);
                long patience = joining.isJoining(pid) ? JOIN_PATIENCE_MS : PATIENCE_MS;
                if (System.nanoTime() - first.nanoTime() < patience * NS_PER_MS) {
                    fresh.put(pid, files);
                } else {
                    confirmed.add(writer(pid, first, files));
                }
            });
            if (!fresh.isEmpty()) {
                Thread.sleep(AGAIN_MS);
            }
            fresh.keySet().removeIf(this::isInnocent);
            left = fresh;
        }
        return confirmed;
    }

    private boolean isInnocent(int pid) {
        try {
            List<String> maps = Files.readAllLines(proc.resolve(pid + "/maps"), ISO_8859_1);
            boolean innocent = mapping.isIn(maps)
                    || (watched.mapped(maps).isEmpty()
                            && watched.openForWriting(pid).isEmpty());
            if (innocent) {
                sightings.forget(pid);
            }
            return innocent;
        } catch (IOException e) {
            return true;
        }
    }

    private UncapturedProcess writer(int pid, Sightings.Sighting first, Set<ByteBuffer> files) {
        return new UncapturedProcess(
                pid,
                JoiningProcesses.program(proc, pid),
                first.timeNs(),
                files.size(),
                watched.inTree(files.iterator().next()),
                joining.reason(pid));
    }

    /**
     * Opens what a process has mapped.
     *
     * @throws LinuxException when it is gone
     */
    public static Descriptor open(Mapped mapped) throws LinuxException {
        return WatchedFiles.open(mapped.file());
    }
}
