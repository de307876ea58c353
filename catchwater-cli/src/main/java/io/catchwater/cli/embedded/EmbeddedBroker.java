package io.catchwater.cli.embedded;

import io.catchwater.cli.LogFile;
import io.catchwater.cli.embedded.EmbeddedStartFailure.Reason;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Kafka broker, its own controller, inside this process; reachable from this host only, and only for who can log in.
 *
 * <p>Its data stays when it is closed and is there at the next start. At most one may run in a JVM. All methods may be
 * called from any thread.
 */
public final class EmbeddedBroker implements AutoCloseable {
    /** How long {@link #close} waits for Kafka before it leaves the rest to the recovery at the next start. */
    static final Duration CLOSE_LIMIT = Duration.ofSeconds(20);

    /** Of the process that the broker runs in; its credentials are never written, and outlive a rotation. */
    private static final String PROCESS_USER = "catchwater.process";

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);

    private final DataDirectory directory;
    private final Ports ports;
    private final Credentials own;
    private final KafkaRaftServer server;
    private boolean closed;

    private EmbeddedBroker(DataDirectory directory, Ports ports, Credentials own, KafkaRaftServer server) {
        this.directory = directory;
        this.ports = ports;
        this.own = own;
        this.server = server;
    }

    /**
     * Starts a broker on {@code settings.dataDirectory()} and returns when it serves clients, after 2 to 7 s.
     *
     * @param faults told when the broker dies later on; not for a failed start
     * @throws EmbeddedStartFailure when the directory or a wanted port cannot be used; nothing is left running
     */
    public static EmbeddedBroker start(EmbeddedSettings settings, FaultHandler faults) {
        Ports.requireFree(settings.clientPort(), settings.registryPort());
        DataDirectory directory = DataDirectory.open(settings.dataDirectory());
        LogFile.openIn(directory.log());
        try {
            Ports ports = Ports.choose(directory.ports(), settings.clientPort(), settings.registryPort());
            Credentials shared = new CredentialsFile(directory.path()).renew();
            ClientFiles.write(directory.path(), shared, ports);
            format(directory.kafka());
            Credentials own = Credentials.random(PROCESS_USER);
            BrokerSecurity security = new BrokerSecurity(own, Logins.options(directory.path()));
            Properties properties = BrokerProperties.of(directory.kafka(), ports, settings.flushPolicy(), security);
            BrokerFaults.reportTo(faults);
            return new EmbeddedBroker(directory, ports, own, startServer(properties));
        } catch (IOException e) {
            directory.close();
            throw new EmbeddedStartFailure(
                    Reason.BROKER, "cannot write to the data directory " + directory.path() + ": " + e, e);
        } catch (RuntimeException | Error e) {
            BrokerFaults.reset();
            directory.close();
            throw e;
        }
    }

    private static void format(Path kafka) throws IOException {
        if (Files.exists(kafka.resolve("meta.properties"))) {
            return;
        }
        Files.createDirectories(kafka);
        try (PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, "UTF-8")) {
            new Formatter()
                    .setPrintStream(nowhere)
                    .setNodeId(BrokerProperties.NODE_ID)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setControllerListenerName(BrokerSecurity.CONTROLLER_LISTENER)
                    .setMetadataLogDirectory(kafka.toString())
                    .addDirectory(kafka.toString())
                    .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    .setUnstableFeatureVersionsEnabled(false)
                    .setIgnoreFormatted(false)
                    .run();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new EmbeddedStartFailure(Reason.BROKER, "cannot format " + kafka + " for Kafka: " + e, e);
        }
    }

    private static KafkaRaftServer startServer(Properties properties) {
        KafkaRaftServer server = new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
        try {
            server.startup();
            return server;
        } catch (RuntimeException | Error e) {
            stop(server);
            throw new EmbeddedStartFailure(
                    Reason.BROKER, "the embedded broker did not start: " + e.getMessage() + "; see the log", e);
        }
    }

    /** What clients pass as {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return ports.bootstrapServers();
    }

    /** By which clients in this process log in, at the broker and at the registry. */
    Credentials credentials() {
        return own;
    }

    /** The port set aside for the schema registry, kept across restarts like the broker's own. */
    int registryPort() {
        return ports.registry();
    }

    /** Where the broker keeps its data. */
    public Path dataDirectory() {
        return directory.path();
    }

    /**
     * Stops the broker and frees the data directory. Returns after at most {@link #CLOSE_LIMIT}; when Kafka is not down by
     * then, the data directory stays locked until the process ends. Closing twice does nothing.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (stop(server)) {
            BrokerFaults.reset();
            directory.close();
        } else {
            LOG.warn("The embedded broker did not stop within {} s", CLOSE_LIMIT.toSeconds());
        }
    }

    /** Kafka's shutdown has no limit of its own and can wait for ever on a thread that a fault has ended. */
    private static boolean stop(KafkaRaftServer server) {
        Thread stopper = new Thread(
                () -> {
                    server.shutdown();
                    server.awaitShutdown();
                },
                "catchwater-broker-stop");
        stopper.setDaemon(true);
        stopper.start();
        try {
            stopper.join(CLOSE_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !stopper.isAlive();
    }
}
