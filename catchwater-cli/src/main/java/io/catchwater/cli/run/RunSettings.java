package io.catchwater.cli.run;

import static java.util.Objects.requireNonNull;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.control.Deployment;
import io.catchwater.cli.embedded.EmbeddedSettings;
import io.catchwater.cli.hook.Executable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a run needs, checked as far as it can be without changing anything on disk.
 *
 * @param source its name
 * @param directories that are watched, absolute and free of symlinks
 * @param replica absolute and free of symlinks
 * @param allowedPrefixes below one of which snapshots have to be put, absolute; empty for anywhere
 * @param embedded the broker to start; its data directory also holds the log and the streams' state
 * @param capture how the source is captured and copied
 * @param deployment to use instead of the embedded broker
 */
public record RunSettings(
        String source,
        List<Path> directories,
        Path replica,
        List<Path> allowedPrefixes,
        CaptureSettings capture,
        EmbeddedSettings embedded,
        Optional<Deployment> deployment)
        implements SourceSettings, ReplicaSettings {

    public RunSettings {
        directories = List.copyOf(directories);
        requireNonNull(replica);
        allowedPrefixes = List.copyOf(allowedPrefixes);
        requireNonNull(capture);
        requireNonNull(embedded);
        requireNonNull(deployment);
    }

    /**
     * Checks what the user gave.
     *
     * @throws CommandFailure when something is missing, in the way, or inside something else; nothing was changed
     */
    public static RunSettings check(
            SourceArgument source,
            Path replica,
            List<Path> allowedPrefixes,
            CaptureSettings capture,
            EmbeddedSettings embedded,
            Optional<Deployment> deployment) {
        List<Path> directories = DirectoryChecks.sources(source.directories());
        DirectoryChecks.dataDirectory(embedded.dataDirectory(), directories);
        capture.requireSomethingLeft(directories);
        Path realReplica = DirectoryChecks.replica(replica, directories);
        List<Path> prefixes = DirectoryChecks.allowedPrefixes(allowedPrefixes, directories, realReplica);
        requireNotServed(embedded.dataDirectory(), source.name());
        return new RunSettings(source.name(), directories, realReplica, prefixes, capture, embedded, deployment);
    }

    @Override
    public Optional<Long> throttle() {
        return capture.throttle();
    }

    /** Where logs, served sources and the streams' state are. */
    public Path dataDirectory() {
        return embedded.dataDirectory();
    }

    /** Checks a program and its arguments; an empty list is no program. */
    public static void checkProgram(List<String> command, Map<String, String> environment) {
        if (!command.isEmpty()) {
            Executable.require(command.get(0), environment);
        }
    }

    static void requireNotServed(Path dataDirectory, String source) {
        ServedSource.find(dataDirectory, source).ifPresent(served -> {
            throw new CommandFailure(
                    ExitStatus.BUSY,
                    "source " + source + " is served by process " + served.pid()
                            + " already; join it with 'catchwater exec --source " + source + "'");
        });
    }
}
