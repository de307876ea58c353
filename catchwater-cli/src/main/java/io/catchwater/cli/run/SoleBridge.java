package io.catchwater.cli.run;

import io.catchwater.bridge.Bridge;
import io.catchwater.bridge.BridgeProgress;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.hook.HookLibrary;
import io.catchwater.cli.progress.Progress;
import io.catchwater.sink.replica.ReplicaPlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bridge in a process of its own, and the note by which programs find its ring. */
public final class SoleBridge implements SoleStage {

    private static final Logger LOG = LoggerFactory.getLogger(SoleBridge.class);
    private static final double PERCENT = 100.0;

    private final Settings settings;
    private final Path dataDirectory;
    private final long begunNs = System.nanoTime();
    private Bridge bridge;

    private record Settings(String source, List<Path> directories, CaptureSettings capture) implements SourceSettings {}

    private SoleBridge(Settings settings, Path dataDirectory) {
        this.settings = settings;
        this.dataDirectory = dataDirectory;
    }

    /**
     * Checks what the user gave.
     *
     * @throws io.catchwater.cli.CommandFailure when a directory cannot be watched, or somebody serves the source on this
     *     host; nothing was changed
     */
    public static SoleBridge check(SourceArgument source, CaptureSettings capture, Path dataDirectory) {
        List<Path> directories = DirectoryChecks.sources(source.directories());
        DirectoryChecks.dataDirectory(dataDirectory, directories);
        capture.requireSomethingLeft(directories);
        RunSettings.requireNotServed(dataDirectory, source.name());
        HookLibrary.ofThisMachine();
        return new SoleBridge(new Settings(source.name(), directories, capture), dataDirectory);
    }

    @Override
    public String name() {
        return "bridge";
    }

    @Override
    public String source() {
        return settings.source();
    }

    @Override
    public String about() {
        return settings.directories().stream().map(Path::toString).collect(Collectors.joining(", "));
    }

    @Override
    public String hint() {
        return "programs join with 'catchwater exec --source " + source() + " -- PROGRAM'";
    }

    @Override
    public Path dataDirectory() {
        return dataDirectory;
    }

    @Override
    public void start(StageStart starts) throws IOException, ExecutionException, InterruptedException {
        // A replica on this host inside what is watched: each change would bring the next.
        starts.knownReplica()
                .filter(replica -> Files.isDirectory(ReplicaPlace.sideOf(replica), LinkOption.NOFOLLOW_LINKS))
                .ifPresent(replica -> DirectoryChecks.requireApart(
                        "replica", replica, settings.directories(), ExitStatus.DESTINATION_UNUSABLE));
        bridge = starts.startBridge(settings);
        ServedSource.here(source(), settings.directories(), bridge.ring()).writeTo(dataDirectory);
    }

    @Override
    public Optional<Progress> progress() {
        BridgeProgress now = bridge.progress();
        double seconds = (System.nanoTime() - begunNs) / 1e9;
        return Optional.of(new Progress(
                now.copying() ? "copying" : "following",
                now.copyBytesTotal() == 0 ? 0 : PERCENT * now.copyBytesDone() / now.copyBytesTotal(),
                now.copyBytesDone(),
                now.copyBytesTotal(),
                now.copyFilesDone(),
                now.copyFilesTotal(),
                Math.round(now.copyBytesDone() / seconds),
                now.copyBytesPerSecond(),
                seconds,
                now.lagBytes(),
                0,
                now.acknowledgedLsn()));
    }

    @Override
    public void finish() throws ExecutionException, InterruptedException {
        bridge.finish();
    }

    @Override
    public void close() {
        if (bridge == null) {
            return;
        }
        try {
            ServedSource.removeFrom(dataDirectory, source());
        } catch (IOException e) {
            // A reader notices by the process id that nobody is there.
            LOG.warn("Cannot remove the note on the served source: {}", e.toString());
        }
        bridge.close();
    }
}
