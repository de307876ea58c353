package io.catchwater.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Where a test keeps its files, until it is closed. The source is on disk, where inode numbers are used again at once;
 * everything else in memory where there is room, so that a test does not wait for the disk of a busy machine.
 */
public final class Workplace implements AutoCloseable {

    private static final Path MEMORY = Path.of("/dev/shm");
    private static final long MEMORY_LEAST_BYTES = 4L << 30;

    /** On disk. */
    public final Path disk;

    /** In memory, or on disk where there is too little. */
    public final Path quick;

    private int made;

    public Workplace() throws IOException {
        this.disk = Files.createTempDirectory("catchwater-test");
        this.quick = quickDirectory("catchwater-test");
    }

    /** A new directory in memory, or on disk where there is too little; nobody removes it. */
    static Path quickDirectory(String prefix) throws IOException {
        boolean room = Files.isWritable(MEMORY) && Files.getFileStore(MEMORY).getUsableSpace() >= MEMORY_LEAST_BYTES;
        return room ? Files.createTempDirectory(MEMORY, prefix) : Files.createTempDirectory(prefix);
    }

    /** A new, empty directory below {@link #quick}. */
    public Path directory(String name) throws IOException {
        return Files.createDirectory(quick.resolve(name + "-" + made++));
    }

    static void remove(Path tree) throws IOException {
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : (Iterable<Path>) paths.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(path);
            }
        }
    }

    @Override
    public void close() throws IOException {
        remove(quick);
        remove(disk);
    }
}
