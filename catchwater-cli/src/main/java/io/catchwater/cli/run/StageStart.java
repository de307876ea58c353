package io.catchwater.cli.run;

import io.catchwater.bridge.Bridge;
import io.catchwater.bridge.BridgeSettings;
import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.control.Deployment;
import io.catchwater.cli.control.KafkaFailures;
import io.catchwater.cli.control.SinkFailures;
import io.catchwater.schemas.TopicCreation;
import io.catchwater.schemas.Topics;
import io.catchwater.sink.Sink;
import io.catchwater.sink.SinkException;
import io.catchwater.sink.SinkSettings;
import io.catchwater.stream.StreamProcessor;
import io.catchwater.stream.StreamSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/** Starts the stages at the same time, since each waits for the broker more than it works. Used once, by one thread. */
final class StageStart {

    private static final int STAGES = 3;
    private static final int REPLICATION_LIMIT = 3;

    private final RunSettings settings;
    private final Deployment deployment;
    private final Faults faults;
    private short replication;

    StageStart(RunSettings settings, Deployment deployment, Faults faults) {
        this.settings = settings;
        this.deployment = deployment;
        this.faults = faults;
    }

    Stages start() throws InterruptedException {
        createTopics();
        ExecutorService starters = Executors.newFixedThreadPool(STAGES);
        try {
            Future<Bridge> bridge = starters.submit(this::startBridge);
            Future<StreamProcessor> stream = starters.submit((Callable<StreamProcessor>) this::startStream);
            Future<Sink> sink = starters.submit((Callable<Sink>) this::startSink);
            return await(bridge, stream, sink);
        } finally {
            starters.shutdown();
        }
    }

    private void createTopics() throws InterruptedException {
        try (Admin admin = deployment.admin()) {
            int brokers = admin.describeCluster().nodes().get().size();
            replication = (short) Math.min(brokers, REPLICATION_LIMIT);
            TopicCreation.createMissing(admin, settings.source(), Topics.DEFAULT_PARTITIONS, replication);
        } catch (ExecutionException e) {
            throw KafkaFailures.explain(deployment, e);
        }
    }

    private Bridge startBridge() throws IOException, ExecutionException, InterruptedException {
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
                throttle(),
                settings.capture().cutCommands(),
                Set.of(),
                true,
                faults));
    }

    /** Bytes per second that were given, for what copies and for what writes. */
    private OptionalLong throttle() {
        return settings.capture().throttle().map(OptionalLong::of).orElseGet(OptionalLong::empty);
    }

    private StreamProcessor startStream() throws InterruptedException {
        Path state = settings.dataDirectory().resolve("streams").resolve(settings.source());
        return StreamProcessor.start(new StreamSettings(
                settings.source(),
                deployment.bootstrapServers(),
                deployment.registryUrl(),
                deployment.clientProperties(),
                state,
                Topics.DEFAULT_PARTITIONS,
                replication,
                true,
                faults));
    }

    private Sink startSink() throws IOException, InterruptedException {
        SinkSettings sink = SinkSettings.of(
                settings.source(),
                settings.replica(),
                deployment.bootstrapServers(),
                deployment.registryUrl(),
                deployment.clientProperties(),
                faults);
        return Sink.start(settings.snapshots().map(sink::withAllowedPrefix).orElse(sink));
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

    private RuntimeException explain(Throwable cause) {
        if (cause instanceof SinkException failure) {
            return SinkFailures.explain(failure);
        }
        if (cause instanceof KafkaException || cause instanceof ExecutionException) {
            return KafkaFailures.explain(deployment, cause);
        }
        if (cause instanceof IOException
                || cause instanceof IllegalArgumentException
                || cause instanceof IllegalStateException) {
            return new CommandFailure(
                    ExitStatus.FAILED, "source " + settings.source() + ": " + cause.getMessage(), cause);
        }
        return cause instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(cause);
    }
}
