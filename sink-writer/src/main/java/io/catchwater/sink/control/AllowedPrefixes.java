package io.catchwater.sink.control;

import io.catchwater.files.Descriptor;
import io.catchwater.files.Errno;
import io.catchwater.files.LinuxException;
import io.catchwater.files.TrustedPath;
import io.catchwater.files.UntrustedSymlinkException;
import io.catchwater.sink.SinkException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The directories below which snapshots may go, held open as long as the sink runs: what becomes of their paths meanwhile
 * does not matter. Without any, snapshots may go anywhere. Immutable; any thread.
 */
public final class AllowedPrefixes implements AutoCloseable {

    /** Anywhere. */
    public static final AllowedPrefixes NONE = new AllowedPrefixes(List.of());

    private final List<Prefix> prefixes;

    /** @param given as the operator named it, absolute */
    private record Prefix(Path given, Descriptor directory) {}

    private AllowedPrefixes(List<Prefix> prefixes) {
        this.prefixes = prefixes;
    }

    /**
     * Opens them.
     *
     * @param directories as the operator named them; none for anywhere
     * @throws SinkException when one cannot be opened, or lies behind a symlink that another user could change
     */
    public static AllowedPrefixes open(List<Path> directories) throws IOException {
        List<Prefix> opened = new ArrayList<>();
        for (Path directory : directories) {
            Path given = directory.toAbsolutePath();
            try {
                opened.add(new Prefix(given, TrustedPath.openDirectory(given)));
            } catch (LinuxException e) {
                new AllowedPrefixes(opened).close();
                throw new SinkException(
                        SinkException.Reason.DESTINATION_UNUSABLE,
                        e.errno(),
                        "allowed prefix '" + directory + "' " + why(e),
                        e);
            }
        }
        return new AllowedPrefixes(List.copyOf(opened));
    }

    /** What is wrong with a directory, to follow its name. */
    static String why(LinuxException e) {
        if (e instanceof UntrustedSymlinkException untrusted) {
            return "leads through the symlink '" + untrusted.symlink()
                    + "', which another user could change; give the path without it";
        }
        return "cannot be opened: " + Errno.text(e.errno());
    }

    /**
     * Opens what a command names: below a prefix without following a symlink, else as {@link TrustedPath} does.
     *
     * @param destination absolute
     * @throws SinkException EINVAL when it lies elsewhere; ELOOP for a symlink below a prefix
     * @throws LinuxException when it cannot be opened
     */
    Descriptor openBelow(Path destination) throws IOException {
        if (prefixes.isEmpty()) {
            return TrustedPath.openDirectory(destination);
        }
        for (Prefix prefix : prefixes) {
            for (Path path : List.of(prefix.given(), prefix.directory().currentPath())) {
                if (destination.equals(path)) {
                    throw refused(
                            Errno.EINVAL,
                            "'" + destination + "' is the allowed prefix itself; give a directory below it");
                }
                if (destination.startsWith(path)) {
                    Path below = destination.subpath(path.getNameCount(), destination.getNameCount());
                    return openBelow(prefix, below, destination);
                }
            }
        }
        throw outside(destination);
    }

    private Descriptor openBelow(Prefix prefix, Path below, Path destination) throws IOException {
        try {
            return TrustedPath.openDirectoryBelow(prefix.directory(), below);
        } catch (LinuxException e) {
            throw switch (e.errno()) {
                case Errno.EXDEV -> outside(destination);
                case Errno.ELOOP ->
                    refused(
                            Errno.ELOOP,
                            "'" + destination + "' leads through a symlink below the allowed prefix '" + prefix.given()
                                    + "', where none is followed");
                default -> e;
            };
        }
    }

    /**
     * For a directory that is open.
     *
     * @param real its present path, free of symlinks
     * @throws SinkException EINVAL when it lies elsewhere
     */
    void requireBelow(Path real) throws IOException {
        for (Prefix prefix : prefixes) {
            Path path = prefix.directory().currentPath();
            if (real.startsWith(path) && !real.equals(path)) {
                return;
            }
        }
        if (!prefixes.isEmpty()) {
            throw outside(real);
        }
    }

    private SinkException outside(Path destination) {
        String named = prefixes.stream().map(each -> "'" + each.given() + "'").collect(Collectors.joining(", "));
        return refused(
                Errno.EINVAL,
                "'" + destination + "' is not below the allowed prefix" + (prefixes.size() == 1 ? " " : "es ") + named);
    }

    private static SinkException refused(int errno, String message) {
        return new SinkException(SinkException.Reason.DESTINATION_UNUSABLE, errno, message);
    }

    @Override
    public void close() throws LinuxException {
        for (Prefix prefix : prefixes) {
            prefix.directory().close();
        }
    }
}
