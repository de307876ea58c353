package io.catchwater.bridge.source;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Looks for processes that can change a watched file and do not have the ring mapped: started before capture, linked
 * statically, or without the hook for another reason. What a process of another user has open only root sees. Any thread.
 */
public final class UncapturedWriters {

    private static final Pattern SHARED_WRITABLE = Pattern.compile("\\S+ .w.s ");
    private static final int ACCESS_MODE = 3;
    private static final int OCTAL = 8;
    private static final String DELETED = " (deleted)";
    private static final String KERNEL_AIO = "/[aio]" + DELETED;
    private static final String IO_URING = "anon_inode:[io_uring]";

    private final Path proc;
    private final SourceRoots roots;
    private final RingMapping mapping;

    /**
     * A process that can change a file unseen.
     *
     * @param program path of its executable; empty where that cannot be seen
     * @param file absolute
     * @param captured whether it has the ring: then it is here only for what it has mapped
     * @param mapped whether it has the file mapped shared and writable
     */
    public record Writer(int pid, String program, Path file, boolean captured, boolean mapped) {}

    /** A captured process that has io_uring or kernel AIO, by which it may change files unseen. */
    public record Asynchronous(int pid, String program) {}

    /** What was found. */
    public record Found(List<Writer> writers, List<Asynchronous> asynchronous) {}

    /**
     * @param proc the mounted proc file system
     * @param ring shared memory segment that captured programs have attached
     */
    public UncapturedWriters(Path proc, SourceRoots roots, int ring) {
        this.proc = proc;
        this.roots = roots;
        this.mapping = new RingMapping(proc, ring);
    }

    /** Those of this moment, one for each process and file. A process that ends meanwhile may be missing. */
    public Found find() {
        Found found = new Found(new ArrayList<>(), new ArrayList<>());
        long own = ProcessHandle.current().pid();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                int pid = Integer.parseInt(process.getFileName().toString());
                if (pid != own) {
                    examine(process, pid, found);
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return found;
    }

    private void examine(Path process, int pid, Found found) {
        try {
            List<String> maps = Files.readAllLines(process.resolve("maps"), ISO_8859_1);
            boolean captured = mapping.isIn(maps);
            Set<Path> mapped = mapped(maps);
            Set<Path> files = new LinkedHashSet<>(mapped);
            if (!captured) {
                files.addAll(opened(process));
            }
            String program = program(process);
            files.forEach(file -> found.writers().add(new Writer(pid, program, file, captured, mapped.contains(file))));
            if (captured && isAsynchronous(process, maps)) {
                found.asynchronous().add(new Asynchronous(pid, program));
            }
        } catch (IOException e) {
            // It has ended, or belongs to somebody else.
            return;
        }
    }

    private static boolean isAsynchronous(Path process, List<String> maps) throws IOException {
        if (maps.stream().anyMatch(line -> line.endsWith(KERNEL_AIO))) {
            return true;
        }
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (Files.readSymbolicLink(descriptor).toString().equals(IO_URING)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Of {@code 7f… rw-s 00000000 fe:00 1234   /path}, as proc(5) has it. */
    private Set<Path> mapped(List<String> maps) {
        return maps.stream()
                .filter(line -> SHARED_WRITABLE.matcher(line).lookingAt())
                .map(line -> line.indexOf('/') < 0 ? "" : line.substring(line.indexOf('/')))
                .filter(file -> isWatched(file, ISO_8859_1))
                .map(Path::of)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private List<Path> opened(Path process) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                String file = Files.readSymbolicLink(descriptor).toString();
                if (isWatched(file, UTF_8)
                        && isForWriting(process.resolve("fdinfo").resolve(descriptor.getFileName()))) {
                    files.add(Path.of(file));
                }
            }
        }
        return files;
    }

    /** @param charset by which the kernel's bytes were read */
    private boolean isWatched(String file, Charset charset) {
        return !file.endsWith(DELETED)
                && roots.roots().stream().anyMatch(root -> file.startsWith(root.directory() + "/"))
                && !roots.isExcluded(ByteBuffer.wrap(file.getBytes(charset)));
    }

    private static boolean isForWriting(Path descriptorInformation) throws IOException {
        return Files.readAllLines(descriptorInformation, ISO_8859_1).stream()
                .filter(line -> line.startsWith("flags:"))
                .anyMatch(line -> (Integer.parseInt(line.substring(6).strip(), OCTAL) & ACCESS_MODE) != 0);
    }

    private static String program(Path process) {
        try {
            return Files.readSymbolicLink(process.resolve("exe")).toString();
        } catch (IOException e) {
            return "";
        }
    }
}
