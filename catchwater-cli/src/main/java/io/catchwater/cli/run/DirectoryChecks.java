package io.catchwater.cli.run;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.sink.replica.ReplicaPlace;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Looks at the directories of a run and changes nothing. What it returns is absolute and free of symlinks. */
final class DirectoryChecks {

    private DirectoryChecks() {}

    /** The watched directories: there, readable, not one inside another, told apart by their last component. */
    static List<Path> sources(List<Path> directories) {
        List<Path> real = new ArrayList<>();
        Map<Path, Path> byName = new HashMap<>();
        for (Path directory : directories) {
            Path source = requireDirectory("source", directory, ExitStatus.USAGE);
            requireAccess("source", source, Files.isReadable(source) && Files.isExecutable(source), "read");
            if (source.getFileName() == null) {
                throw new CommandFailure(ExitStatus.USAGE, "the whole file system (/) cannot be a source");
            }
            for (Path other : real) {
                if (source.startsWith(other) || other.startsWith(source)) {
                    throw new CommandFailure(
                            ExitStatus.USAGE, "source " + source + " and source " + other + " overlap: name one");
                }
            }
            Path twin = byName.put(source.getFileName(), source);
            if (twin != null) {
                throw new CommandFailure(
                        ExitStatus.USAGE,
                        "source " + source + " and source " + twin
                                + " have the same last component, by which they are told apart in the replica");
            }
            real.add(source);
        }
        return List.copyOf(real);
    }

    /** The replica: there, writable, empty or kept by the sink already, apart from the sources, on its parent's device. */
    static Path replica(Path directory, List<Path> sources) {
        Path replica = destination("replica", directory, sources);
        Path parent = replica.getParent();
        if (parent == null || !sameDevice(replica, parent)) {
            throw new CommandFailure(
                    ExitStatus.DESTINATION_UNUSABLE,
                    "replica " + replica
                            + " is a mount point; choose a directory below it, since files wait beside the replica");
        }
        requireAccess("the replica's parent", parent, Files.isWritable(parent), "write to");
        if (!isEmpty(replica) && !Files.isDirectory(ReplicaPlace.sideOf(replica), LinkOption.NOFOLLOW_LINKS)) {
            throw new CommandFailure(
                    ExitStatus.DESTINATION_UNUSABLE,
                    "replica " + replica + " is not empty and was not made by Catchwater; choose an empty directory");
        }
        return replica;
    }

    /** A directory that gets new things: there, writable, apart from the sources. */
    static Path destination(String role, Path directory, List<Path> sources) {
        Path destination = requireDirectory(role, directory, ExitStatus.DESTINATION_UNUSABLE);
        requireApart(role, destination, sources, ExitStatus.DESTINATION_UNUSABLE);
        requireAccess(role, destination, Files.isWritable(destination) && Files.isExecutable(destination), "write to");
        return destination;
    }

    /**
     * Below which snapshots have to go: there, writable, apart from the sources and the replica. Symlinks stay: whether
     * they can be trusted the sink says.
     */
    static List<Path> allowedPrefixes(List<Path> directories, List<Path> sources, Path replica) {
        for (Path directory : directories) {
            Path real = destination("allowed prefix", directory, sources);
            if (real.startsWith(replica) || replica.startsWith(real)) {
                throw new CommandFailure(
                        ExitStatus.DESTINATION_UNUSABLE,
                        "allowed prefix " + real + " and replica " + replica + " overlap; choose two that do not");
            }
        }
        return directories.stream().map(Path::toAbsolutePath).toList();
    }

    /** The data directory, which may be missing, must not be captured itself. */
    static void dataDirectory(Path directory, List<Path> sources) {
        Path existing = directory.toAbsolutePath().normalize();
        Path missing = Path.of("");
        while (!Files.exists(existing) && existing.getParent() != null) {
            missing = existing.getFileName().resolve(missing);
            existing = existing.getParent();
        }
        requireApart("data directory", real(existing).resolve(missing), sources, ExitStatus.USAGE);
    }

    private static Path requireDirectory(String role, Path directory, ExitStatus status) {
        try {
            Path real = directory.toRealPath();
            if (!Files.isDirectory(real)) {
                throw new CommandFailure(status, role + " " + directory + " is not a directory");
            }
            return real;
        } catch (AccessDeniedException e) {
            throw new CommandFailure(ExitStatus.DENIED, "no permission to reach " + role + " " + directory, e);
        } catch (FileSystemLoopException e) {
            throw new CommandFailure(status, role + " " + directory + " is a loop of symlinks", e);
        } catch (IOException e) {
            throw new CommandFailure(
                    status, role + " " + directory + " does not exist; create it or correct the path", e);
        }
    }

    private static void requireAccess(String role, Path directory, boolean granted, String what) {
        if (!granted) {
            throw new CommandFailure(ExitStatus.DENIED, "no permission to " + what + " " + role + " " + directory);
        }
    }

    /** Refuses a path inside a watched directory, or around one. */
    static void requireApart(String role, Path path, List<Path> sources, ExitStatus status) {
        for (Path source : sources) {
            if (path.startsWith(source)) {
                throw new CommandFailure(
                        status, role + " " + path + " is inside source " + source + "; choose one outside");
            }
            if (source.startsWith(path)) {
                throw new CommandFailure(
                        status, "source " + source + " is inside " + role + " " + path + "; choose one outside");
            }
        }
    }

    private static boolean isEmpty(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.findAny().isEmpty();
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.DENIED, "no permission to list " + directory, e);
        }
    }

    private static boolean sameDevice(Path one, Path other) {
        try {
            return Files.getAttribute(one, "unix:dev").equals(Files.getAttribute(other, "unix:dev"));
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.DENIED, "cannot look at " + one + ": " + e, e);
        }
    }

    private static Path real(Path existing) {
        try {
            return existing.toRealPath();
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.DENIED, "cannot look at " + existing + ": " + e, e);
        }
    }
}
