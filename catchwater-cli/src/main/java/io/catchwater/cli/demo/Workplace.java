package io.catchwater.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;

/**
 * The demo's directories, below one that is made for it.
 *
 * @param root holds all of them
 */
record Workplace(Path root) {

    static Workplace create() throws IOException {
        return new Workplace(Files.createTempDirectory("catchwater-demo-"));
    }

    /** A directory below the root, made when missing. */
    Path directory(String name) {
        try {
            return Files.createDirectories(root.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies the regular files of a directory into a new one, to be opened there. */
    Path copy(Path from, String name) {
        Path to = directory(name);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
            return to;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What differs between two directories without sub-directories; empty when they hold the same. */
    static List<String> differences(Path one, Path other) {
        try (Stream<Path> left = Files.list(one);
                Stream<Path> right = Files.list(other)) {
            List<String> names =
                    left.map(path -> path.getFileName().toString()).sorted().toList();
            List<String> otherNames =
                    right.map(path -> path.getFileName().toString()).sorted().toList();
            if (!names.equals(otherNames)) {
                return List.of("files " + names + " and " + otherNames);
            }
            return names.stream()
                    .filter(name -> !sameBytes(one.resolve(name), other.resolve(name)))
                    .map(name -> "content of " + name)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean sameBytes(Path one, Path other) {
        try {
            return Files.mismatch(one, other) < 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Bytes in the regular files of a directory. */
    static long bytes(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes everything. */
    void remove() {
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                    Files.delete(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + root, e);
        }
    }
}
