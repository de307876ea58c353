package io.catchwater.pipeline.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Where rows work: below {@code directory}, which is removed by {@link #close}.
 *
 * @param source the tree, a directory for each row
 * @param outside what lies beside the tree on the same file system, a directory for each row
 */
record Places(Path directory, Path source, Path outside) implements AutoCloseable {

    static Places in(Path parent) throws IOException {
        Path directory = Files.createTempDirectory(parent, "conformance");
        return new Places(
                directory,
                Files.createDirectory(directory.resolve("source")),
                Files.createDirectory(directory.resolve("outside")));
    }

    /** By a program that knows paths longer than PATH_MAX. */
    static void remove(Path directory) throws IOException {
        try {
            Process rm = new ProcessBuilder("rm", "-rf", directory.toString())
                    .inheritIO()
                    .start();
            if (!rm.waitFor(1, TimeUnit.MINUTES) || rm.exitValue() != 0) {
                throw new IOException("cannot remove " + directory);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() throws IOException {
        remove(directory);
    }
}
