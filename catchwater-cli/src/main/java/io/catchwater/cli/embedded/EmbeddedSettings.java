package io.catchwater.cli.embedded;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * How to run the embedded broker and registry.
 *
 * @param dataDirectory made absolute; created when missing
 * @param clientPort loopback port for Kafka clients, or 0 for the one of the last start, or any
 * @param registryPort loopback port for the schema registry, or 0 for the one of the last start, or any
 * @param flushPolicy what a crash of the host may take
 */
public record EmbeddedSettings(Path dataDirectory, int clientPort, int registryPort, FlushPolicy flushPolicy) {
    private static final int MAX_PORT = 65_535;

    public EmbeddedSettings {
        dataDirectory = dataDirectory.toAbsolutePath().normalize();
        requirePort(clientPort);
        requirePort(registryPort);
        requireNonNull(flushPolicy);
    }

    /** Any ports, flushed in intervals. */
    public static EmbeddedSettings on(Path dataDirectory) {
        return new EmbeddedSettings(dataDirectory, Ports.ANY, Ports.ANY, FlushPolicy.INTERVAL);
    }

    private static void requirePort(int port) {
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("not a port: " + port);
        }
    }
}
