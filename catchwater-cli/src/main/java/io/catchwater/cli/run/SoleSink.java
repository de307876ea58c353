package io.catchwater.cli.run;

import io.catchwater.cli.progress.Progress;
import io.catchwater.sink.Sink;
import io.catchwater.sink.SinkProgress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sink in a process of its own. */
public final class SoleSink implements SoleStage {

    private static final Logger LOG = LoggerFactory.getLogger(SoleSink.class);
    private static final double PERCENT = 100.0;

    private final Settings settings;
    private final Path dataDirectory;
    private final long begunNs = System.nanoTime();
    private Sink sink;

    private record Settings(String source, Path replica, List<Path> allowedPrefixes, Optional<Long> throttle)
            implements ReplicaSettings {}

    private SoleSink(Settings settings, Path dataDirectory) {
        this.settings = settings;
        this.dataDirectory = dataDirectory;
    }

    /**
     * Checks what the user gave.
     *
     * @param allowedPrefixes below one of which snapshots have to lie; empty for anywhere
     * @param throttle bytes per second that the replica is written at, -1 for no limit; empty for what was commanded last
     * @throws io.catchwater.cli.CommandFailure when a directory cannot be used, or lies in what a bridge of this host
     *     watches; nothing was changed
     */
    public static SoleSink check(
            String source, Path replica, List<Path> allowedPrefixes, Optional<Long> throttle, Path dataDirectory) {
        SourceArgument.requireName(source);
        List<Path> watched = ServedSource.find(dataDirectory, source)
                .map(served -> served.directories().stream().map(Path::of).toList())
                .orElse(List.of());
        Path realReplica = DirectoryChecks.replica(replica, watched);
        List<Path> prefixes = DirectoryChecks.allowedPrefixes(allowedPrefixes, watched, realReplica);
        return new SoleSink(new Settings(source, realReplica, prefixes, throttle), dataDirectory);
    }

    @Override
    public String name() {
        return "sink";
    }

    @Override
    public String source() {
        return settings.source();
    }

    @Override
    public String about() {
        return settings.replica().toString();
    }

    @Override
    public String hint() {
        return "";
    }

    @Override
    public Path dataDirectory() {
        return dataDirectory;
    }

    @Override
    public void start(StageStart starts) throws IOException, InterruptedException {
        sink = starts.startSink(settings);
    }

    @Override
    public Optional<Progress> progress() {
        SinkProgress now = sink.progress();
        long total = now.bytesApplied() + now.lagBytes();
        double seconds = (System.nanoTime() - begunNs) / 1e9;
        return Optional.of(new Progress(
                now.copyOpen() ? "copying" : "following",
                total == 0 ? 0 : PERCENT * now.bytesApplied() / total,
                now.bytesApplied(),
                total,
                0,
                0,
                now.pace().writtenPerSecond(),
                now.pace().throttle(),
                seconds,
                now.lagBytes(),
                now.lagSeconds(),
                now.appliedLsn()));
    }

    /** What was not applied yet stays in Kafka for who comes next. */
    @Override
    public void finish() {}

    @Override
    public void close() {
        if (sink == null) {
            return;
        }
        try {
            sink.close();
        } catch (IOException e) {
            LOG.warn("Closing the sink: {}", e.toString(), e);
        }
    }
}
