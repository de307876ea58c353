package io.catchwater.cli.embedded;

import io.catchwater.cli.embedded.EmbeddedStartFailure.Reason;
import io.catchwater.cli.embedded.registry.BasicAuthentication;
import io.catchwater.cli.embedded.registry.EmbeddedRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The embedded broker with its schema registry, announced in the data directory while both run. */
public final class EmbeddedPlatform implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPlatform.class);

    private final EmbeddedBroker broker;
    private final EmbeddedRegistry registry;

    private EmbeddedPlatform(EmbeddedBroker broker, EmbeddedRegistry registry) {
        this.broker = broker;
        this.registry = registry;
    }

    /**
     * Starts both and returns when they serve clients.
     *
     * @param sources names written to the {@link Endpoint}
     * @param faults told when the broker dies later on
     * @throws EmbeddedStartFailure when the directory or a wanted port cannot be used; nothing is left running
     */
    public static EmbeddedPlatform start(EmbeddedSettings settings, List<String> sources, FaultHandler faults) {
        EmbeddedBroker broker = EmbeddedBroker.start(settings, faults);
        EmbeddedRegistry registry = null;
        try {
            registry = startRegistry(broker);
            Endpoint.here(broker.bootstrapServers(), registry.url(), sources).writeTo(broker.dataDirectory());
            return new EmbeddedPlatform(broker, registry);
        } catch (IOException e) {
            close(broker, registry);
            throw new EmbeddedStartFailure(Reason.BROKER, "the embedded schema registry did not start: " + e, e);
        } catch (RuntimeException | Error e) {
            close(broker, registry);
            throw e;
        }
    }

    private static EmbeddedRegistry startRegistry(EmbeddedBroker broker) throws IOException {
        Logins logins =
                new Logins(Optional.of(broker.credentials()), Optional.of(new CredentialsFile(broker.dataDirectory())));
        return EmbeddedRegistry.start(
                broker.bootstrapServers(),
                broker.credentials().plainClientProperties(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), broker.registryPort()),
                Optional.of(new BasicAuthentication(user -> logins.find(user).map(Credentials::registrySecret))));
    }

    /** What clients pass as {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** What clients pass as {@code schema.registry.url}. */
    public String schemaRegistryUrl() {
        return registry.url();
    }

    /** By which clients in this process log in. For others there is {@link CredentialsFile}. */
    public Map<String, String> clientProperties() {
        return broker.credentials().plainClientProperties();
    }

    public Path dataDirectory() {
        return broker.dataDirectory();
    }

    /** Withdraws the endpoint, then stops registry and broker. Close every client first: they would wait for the broker. */
    @Override
    public void close() {
        try {
            Endpoint.removeFrom(broker.dataDirectory());
        } catch (IOException e) {
            // A reader notices by the process id that nobody is there.
            LOG.warn("Cannot remove the endpoint file: {}", e.toString());
        }
        close(broker, registry);
    }

    private static void close(EmbeddedBroker broker, EmbeddedRegistry registry) {
        if (registry != null) {
            registry.close();
        }
        broker.close();
    }
}
