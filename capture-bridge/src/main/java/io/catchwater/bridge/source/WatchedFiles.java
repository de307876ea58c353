package io.catchwater.bridge.source;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.catchwater.files.Descriptor;
import io.catchwater.files.LinuxException;
import io.catchwater.files.Names;
import io.catchwater.files.OpenFlags;
import io.catchwater.schemas.event.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What processes have of the source, as proc(5) tells it. Paths are absolute, as bytes. Any thread. */
final class WatchedFiles {

    private static final int ACCESS_MODE = 3;
    private static final int OCTAL = 8;
    private static final String DELETED = " (deleted)";
    private static final String KERNEL_AIO = "/[aio]" + DELETED;
    private static final String IO_URING = "anon_inode:[io_uring]";
    private static final Pattern SHARED_AND_WRITABLE = Pattern.compile("\\S+ .w.s .*");

    private final Path proc;
    private final SourceRoots roots;

    WatchedFiles(Path proc, SourceRoots roots) {
        this.proc = proc;
        this.roots = roots;
    }

    /** @param maps of a process, its bytes as ISO 8859-1 */
    Set<ByteBuffer> mapped(List<String> maps) {
        Set<ByteBuffer> files = new LinkedHashSet<>();
        for (String line : maps) {
            int at = line.indexOf('/');
            if (at >= 0 && SHARED_AND_WRITABLE.matcher(line).matches()) {
                // The one byte that is written otherwise.
                byte[] file = line.substring(at).replace("\\012", "\n").getBytes(ISO_8859_1);
                if (isWatched(file)) {
                    files.add(ByteBuffer.wrap(file));
                }
            }
        }
        return files;
    }

    /** @throws IOException when the process has ended, or belongs to somebody else */
    Set<ByteBuffer> openForWriting(int pid) throws IOException {
        Set<ByteBuffer> files = new LinkedHashSet<>();
        try (Descriptor directory = Descriptor.openDirectory(proc.resolve(pid + "/fd"));
                DirectoryStream<Path> names = Files.newDirectoryStream(proc.resolve(pid + "/fd"))) {
            for (Path name : names) {
                String number = name.getFileName().toString();
                byte[] file = target(directory, number);
                if (isWatched(file) && isForWriting(pid, number)) {
                    files.add(ByteBuffer.wrap(file));
                }
            }
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
        return files;
    }

    private static byte[] target(Descriptor directory, String number) {
        try {
            return Names.readSymlink(directory, number.getBytes(US_ASCII));
        } catch (LinuxException e) {
            return new byte[0];
        }
    }

    private boolean isForWriting(int pid, String number) {
        try {
            return Files.readAllLines(proc.resolve(pid + "/fdinfo/" + number), ISO_8859_1).stream()
                    .filter(line -> line.startsWith("flags:"))
                    .anyMatch(line -> (Integer.parseInt(line.substring(6).strip(), OCTAL) & ACCESS_MODE) != 0);
        } catch (IOException e) {
            return false;
        }
    }

    private boolean isWatched(byte[] file) {
        if (file.length == 0 || file[0] != '/' || !isBelowRoot(file)) {
            return false;
        }
        return !new String(file, ISO_8859_1).endsWith(DELETED) && !roots.isExcluded(ByteBuffer.wrap(file));
    }

    private boolean isBelowRoot(byte[] file) {
        for (SourceRoots.Root root : roots.roots()) {
            byte[] prefix = root.bytes();
            boolean below = file.length > prefix.length
                    && file[prefix.length] == '/'
                    && java.util.Arrays.equals(prefix, 0, prefix.length, file, 0, prefix.length);
            if (below) {
                return true;
            }
        }
        return false;
    }

    /** Where a file lies in the tree, as bytes. */
    ByteBuffer inTree(ByteBuffer file) {
        Place place = roots.place(file, SourceRoots.VIRTUAL_ROOT);
        return place == null ? ByteBuffer.allocate(0) : place.getPath();
    }

    /** True when a process has io_uring or kernel AIO. */
    boolean isAsynchronous(int pid, List<String> maps) throws IOException {
        if (maps.stream().anyMatch(line -> line.endsWith(KERNEL_AIO))) {
            return true;
        }
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(proc.resolve(pid + "/fd"))) {
            for (Path descriptor : descriptors) {
                if (Files.readSymbolicLink(descriptor).toString().equals(IO_URING)) {
                    return true;
                }
            }
        }
        return false;
    }

    static Descriptor open(ByteBuffer file) throws LinuxException {
        byte[] path = new byte[file.remaining()];
        file.duplicate().get(path);
        try (Descriptor root = Descriptor.openDirectory(Path.of("/"))) {
            return Names.open(root, path, OpenFlags.PATH | OpenFlags.NO_FOLLOW, 0);
        }
    }
}
