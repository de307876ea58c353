package io.catchwater.cli.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.catchwater.cli.OwnerOnly;
import io.catchwater.cli.embedded.EmbeddedStartFailure.Reason;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * The three loopback ports of the embedded platform: {@code client} and {@code controller} are the broker's, {@code
 * registry} is the schema registry's.
 *
 * <p>They are chosen at the first start and kept, so that clients which outlive a restart find the broker again. A kept
 * port that something else uses by then is replaced by another; one that the caller asked for is not.
 */
record Ports(int client, int controller, int registry) {
    static final String NAME = "ports";

    /** Stands for "whichever is free". */
    static final int ANY = 0;

    /**
     * Chooses ports that are free at this moment and writes them to {@code file}.
     *
     * @param file where the ports of the last start are, if there was one
     * @param wantedClient 1 to 65535, or {@link #ANY}
     * @param wantedRegistry 1 to 65535, or {@link #ANY}
     * @throws EmbeddedStartFailure when a wanted port is taken
     */
    static Ports choose(Path file, int wantedClient, int wantedRegistry) throws IOException {
        Properties kept = kept(file);
        // Held until all three are chosen, so that none is chosen twice.
        try (ServerSocket client = claim(wantedClient, kept, "client");
                ServerSocket controller = claim(ANY, kept, "controller");
                ServerSocket registry = claim(wantedRegistry, kept, "registry")) {
            Ports ports = new Ports(client.getLocalPort(), controller.getLocalPort(), registry.getLocalPort());
            OwnerOnly.write(file, ports.asText());
            return ports;
        }
    }

    private static Properties kept(Path file) throws IOException {
        Properties kept = new Properties();
        if (Files.exists(file)) {
            kept.load(new StringReader(Files.readString(file, UTF_8)));
        }
        return kept;
    }

    /** The ports of the last start; {@link #ANY} for one that its file does not tell. */
    static Ports read(Path file) throws IOException {
        Properties kept = kept(file);
        return new Ports(number(kept, "client"), number(kept, "controller"), number(kept, "registry"));
    }

    private static int number(Properties kept, String name) {
        try {
            return Integer.parseInt(kept.getProperty(name, "0"));
        } catch (NumberFormatException e) {
            return ANY;
        }
    }

    /** What clients pass as {@code bootstrap.servers}. */
    String bootstrapServers() {
        return "127.0.0.1:" + client;
    }

    /** What serializers pass as {@code schema.registry.url}. */
    String registryUrl() {
        return "http://127.0.0.1:" + registry;
    }

    /**
     * Requires that wanted ports can be had, before anything is written.
     *
     * @throws EmbeddedStartFailure when one is taken
     */
    static void requireFree(int wantedClient, int wantedRegistry) {
        requireFree(wantedClient, "client");
        requireFree(wantedRegistry, "registry");
    }

    private static void requireFree(int wanted, String name) {
        if (wanted == ANY) {
            return;
        }
        try {
            bind(wanted).close();
        } catch (IOException e) {
            throw taken(wanted, name, e);
        }
    }

    private static EmbeddedStartFailure taken(int port, String name, IOException cause) {
        return new EmbeddedStartFailure(
                Reason.PORT_TAKEN,
                "port " + port + " for the " + name + " listener is taken; end what uses it, or choose another port",
                cause);
    }

    private static ServerSocket claim(int wanted, Properties kept, String name) throws IOException {
        if (wanted != ANY) {
            try {
                return bind(wanted);
            } catch (IOException e) {
                throw taken(wanted, name, e);
            }
        }
        try {
            return bind(number(kept, name));
        } catch (IOException | IllegalArgumentException e) {
            return bind(ANY);
        }
    }

    private static ServerSocket bind(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return socket;
        } catch (IOException | IllegalArgumentException e) {
            socket.close();
            throw e;
        }
    }

    private String asText() {
        return "client=" + client + "\ncontroller=" + controller + "\nregistry=" + registry + "\n";
    }
}
