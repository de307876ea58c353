package io.catchwater.cli.run;

import io.catchwater.bridge.AlreadyServedException;
import io.catchwater.bridge.Bridge;
import io.catchwater.bridge.BridgeSettings;
import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.OwnerOnly;
import io.catchwater.cli.control.Deployment;
import io.catchwater.cli.control.KafkaFailures;
import io.catchwater.cli.control.SinkFailures;
import io.catchwater.cli.control.StatusTopic;
import io.catchwater.schemas.Replication;
import io.catchwater.schemas.TopicCreation;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.control.Status;
import io.catchwater.sink.Sink;
import io.catchwater.sink.SinkException;
import io.catchwater.sink.SinkSettings;
import io.catchwater.stream.StreamProcessor;
import io.catchwater.stream.StreamSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/**
 * Starts stages: those of a run at the same time, since each waits for the broker more than it works, or one alone. The
 * topics come first.
 */
final class StageStart {

    private static final int STAGES = 3;

    private final String source;
    private final Deployment deployment;
    private final Faults faults;
    private Replication replication;

    /** @param faults told what fails in a stage after its start */
    StageStart(String source, Deployment deployment, Faults faults) {
        this.source = source;
        this.deployment = deployment;
        this.faults = faults;
    }

    /**
     * Makes the topics where they are missing and starts all stages.
     *
     * @throws CommandFailure when one does not start; none is left running then
     */
    Stages startAll(RunSettings settings) throws InterruptedException {
        createTopics();
        ExecutorService starters = Executors.newFixedThreadPool(STAGES);
        try {
            Future<Bridge> bridge = starters.submit(() -> startBridge(settings));
            Future<StreamProcessor> stream = starters.submit(() -> startStream(settings.dataDirectory()));
            Future<Sink> sink = starters.submit(() -> startSink(settings));
            return await(bridge, stream, sink);
        } finally {
            starters.shutdown();
        }
    }

    /** Makes the topics that are missing. To be called before a single stage is started. */
    void createTopics() throws InterruptedException {
        try (Admin admin = deployment.admin()) {
            replication = Replication.in(admin, deployment.clientProperties());
            TopicCreation.createMissing(admin, source, Topics.DEFAULT_PARTITIONS, replication);
        } catch (ExecutionException e) {
            throw KafkaFailures.explain(deployment, e);
        }
    }

    /** Where the source's sink last said that its replica is, on whatever host. */
    Optional<Path> knownReplica() {
        try (StatusTopic statuses = StatusTopic.open(deployment)) {
            return statuses.source(source)
                    .map(Status::getPath)
                    .filter(path -> path.startsWith("/"))
                    .map(Path::of);
        }
    }

    /** The source's bridge: programs can be captured when this returns. */
    Bridge startBridge(SourceSettings settings) throws IOException, ExecutionException, InterruptedException {
        return Bridge.start(new BridgeSettings(
                settings.source(),
                settings.directories(),
                settings.capture().exclusion(),
                deployment.bootstrapServers(),
                deployment.registryUrl(),
                deployment.clientProperties(),
                BridgeSettings.DEFAULT_RING_DIRECTORY,
                BridgeSettings.DEFAULT_RING_BYTES,
                BridgeSettings.DEFAULT_FULL_WAIT,
                settings.capture().ioUringAllowed(),
                Topics.DEFAULT_PARTITIONS,
                given(settings.capture().throttle()),
                settings.capture().cutCommands(),
                Set.of(),
                true,
                faults));
    }

    private static OptionalLong given(Optional<Long> throttle) {
        return throttle.map(OptionalLong::of).orElseGet(OptionalLong::empty);
    }

    /** The source's stream processor, with its state below a data directory. */
    StreamProcessor startStream(Path dataDirectory) throws IOException, InterruptedException {
        Path streams = dataDirectory.resolve("streams");
        OwnerOnly.directory(streams);
        Path state = streams.resolve(source);
        return StreamProcessor.start(new StreamSettings(
                source,
                deployment.bootstrapServers(),
                deployment.registryUrl(),
                deployment.clientProperties(),
                state,
                Topics.DEFAULT_PARTITIONS,
                replication,
                true,
                faults));
    }

    /** The source's sink. */
    Sink startSink(ReplicaSettings settings) throws IOException, InterruptedException {
        SinkSettings sink = SinkSettings.of(
                        settings.source(),
                        settings.replica(),
                        deployment.bootstrapServers(),
                        deployment.registryUrl(),
                        deployment.clientProperties(),
                        faults)
                .withThrottle(given(settings.throttle()));
        return Sink.start(sink.withAllowedPrefixes(settings.allowedPrefixes()));
    }

    private Stages await(Future<Bridge> bridge, Future<StreamProcessor> stream, Future<Sink> sink)
            throws InterruptedException {
        try {
            return new Stages(bridge.get(), stream.get(), sink.get());
        } catch (ExecutionException e) {
            Stages.closeAll(started(bridge), started(stream), started(sink));
            throw explain(e.getCause());
        } catch (InterruptedException e) {
            Stages.closeAll(started(bridge), started(stream), started(sink));
            throw e;
        }
    }

    /** What a starter made, once it has ended; null when it failed. */
    private static <T> T started(Future<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            return null;
        }
    }

    /** What stopped a stage, or kept it from starting, for the user where that can be said in a line. */
    RuntimeException explain(Throwable cause) {
        if (cause instanceof SinkException failure) {
            return SinkFailures.explain(failure);
        }
        if (cause instanceof KafkaException || cause instanceof ExecutionException) {
            return KafkaFailures.explain(deployment, cause);
        }
        if (cause instanceof AlreadyServedException) {
            return new CommandFailure(ExitStatus.BUSY, cause.getMessage(), cause);
        }
        if (cause instanceof IOException
                || cause instanceof IllegalArgumentException
                || cause instanceof IllegalStateException) {
            return new CommandFailure(ExitStatus.FAILED, "source " + source + ": " + cause.getMessage(), cause);
        }
        return cause instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(cause);
    }
}
