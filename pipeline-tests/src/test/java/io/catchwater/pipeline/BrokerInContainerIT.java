package io.catchwater.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.cli.control.Deployment;
import io.catchwater.cli.embedded.registry.EmbeddedRegistry;
import io.catchwater.pipeline.Pipeline.Breakage;
import io.catchwater.pipeline.oracle.History;
import io.catchwater.pipeline.oracle.ObservedTree;
import io.catchwater.pipeline.oracle.PrefixOracle;
import io.catchwater.pipeline.oracle.PrefixOracle.Bounds;
import io.catchwater.pipeline.oracle.Verdict;
import io.catchwater.schemas.control.State;
import io.catchwater.schemas.control.Status;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/** All stages on a broker in a container of its own, which is stopped for seconds as a whole while the writer writes. */
@Tag("docker")
final class BrokerInContainerIT {

    private static final DockerImageName IMAGE = DockerImageName.parse(
                    System.getenv().getOrDefault("CATCHWATER_KAFKA_IMAGE", "catchwater/kafka"))
            .asCompatibleSubstituteFor("apache/kafka");
    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration AWAY = Duration.ofSeconds(5);
    private static final int OPERATIONS_BETWEEN = 50;
    private static final Set<String> IGNORED = Set.of(".catchwater-manifest.json");

    private final long seed = Long.getLong("catchwater.seed", new Random().nextInt(1_000_000));

    /** A snapshot, and what has to be in it and what cannot be. */
    private record Cut(String id, Path directory, Bounds bounds) {}

    @Test
    void aSnapshotAskedForBeforeTheBrokerFreezesIsAPrefix() throws Exception {
        try (KafkaContainer broker = new KafkaContainer(IMAGE).withStartupTimeout(START)) {
            broker.start();
            try (EmbeddedRegistry registry = EmbeddedRegistry.start(
                    broker.getBootstrapServers(),
                    Map.of(),
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    Optional.empty())) {
                snapshotWhileFrozen(broker, new Deployment(broker.getBootstrapServers(), registry.url(), Map.of()));
            }
        }
    }

    private void snapshotWhileFrozen(KafkaContainer broker, Deployment kafka) throws Exception {
        try (Workplace place = new Workplace();
                WriterProgram writer = new WriterProgram(place, "--seed", "" + seed, "--pause-us", "5000");
                Pipeline pipeline = new Pipeline(place, writer.directory, Breakage.NONE, kafka);
                Commands commands = new Commands(kafka, pipeline.source)) {
            writer.run(pipeline.environment());
            pipeline.awaitBase();
            Cut frozen = ask(place, writer, commands, "frozen");
            freeze(broker, writer);
            List<Cut> cuts = List.of(
                    completed(frozen, writer, commands),
                    completed(ask(place, writer, commands, "later"), writer, commands));
            writer.finish();
            pipeline.awaitReplica(pipeline.finish());
            assertThat(TreeDifferences.between(writer.directory, pipeline.replica))
                    .as("seed %d", seed)
                    .isEmpty();
            PrefixOracle oracle = new PrefixOracle(History.read(writer.log));
            for (Cut cut : cuts) {
                assertThat(oracle.check(ObservedTree.scan(cut.directory(), IGNORED), cut.bounds()))
                        .as("seed %d, %s", seed, cut)
                        .isInstanceOf(Verdict.IsPrefix.class);
            }
        }
    }

    private static Cut ask(Workplace place, WriterProgram writer, Commands commands, String id) throws Exception {
        Path directory = place.directory("snapshot");
        long before = writer.mark();
        commands.snapshot(id, directory);
        return new Cut(id, directory, new Bounds(before, Long.MAX_VALUE));
    }

    private static Cut completed(Cut asked, WriterProgram writer, Commands commands) {
        Status end = commands.await(asked.id());
        assertThat(end.getState()).as("%s", end).isEqualTo(State.COMPLETED);
        assertThat(end.getUncovered()).isEmpty();
        Bounds bounds = new Bounds(asked.bounds().includesAllReturnedBefore(), writer.mark());
        return new Cut(asked.id(), asked.directory(), bounds);
    }

    /** As a host whose network is gone: nothing answers, and no connection ends. */
    private static void freeze(KafkaContainer broker, WriterProgram writer) throws Exception {
        DockerClientFactory docker = DockerClientFactory.instance();
        docker.client().pauseContainerCmd(broker.getContainerId()).exec();
        try {
            writer.awaitOperations(OPERATIONS_BETWEEN);
            TimeUnit.NANOSECONDS.sleep(AWAY.toNanos());
        } finally {
            docker.client().unpauseContainerCmd(broker.getContainerId()).exec();
        }
        writer.awaitOperations(OPERATIONS_BETWEEN);
    }
}
