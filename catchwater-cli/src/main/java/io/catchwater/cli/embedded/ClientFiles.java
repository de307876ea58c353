package io.catchwater.cli.embedded;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.OwnerOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Addresses and credentials of the embedded platform for programs that are not Catchwater, kept in its data directory.
 *
 * @param java properties for Java's clients, Kafka's own tools and {@code catchwater --config}
 * @param librdkafka properties for librdkafka's clients, such as kcat
 */
public record ClientFiles(Path java, Path librdkafka) {
    static final String JAVA_NAME = "client.properties";
    static final String LIBRDKAFKA_NAME = "kcat.conf";

    /**
     * Writes what is valid now.
     *
     * @param dataDirectory on which a platform runs, or has run
     * @throws CommandFailure when none ever has, or the credentials cannot be read
     */
    public static ClientFiles write(Path dataDirectory) throws IOException {
        requirePlatform(dataDirectory);
        return write(
                dataDirectory,
                new CredentialsFile(dataDirectory).read(),
                Ports.read(dataDirectory.resolve(Ports.NAME)));
    }

    /**
     * Requires that a platform runs, or has run, on a data directory.
     *
     * @throws CommandFailure when none ever has
     */
    public static void requirePlatform(Path dataDirectory) {
        if (!Files.exists(dataDirectory.resolve(Ports.NAME))) {
            throw new CommandFailure(
                    ExitStatus.NOT_FOUND,
                    "no embedded broker has run on the data directory " + dataDirectory
                            + " yet; start 'catchwater run', or give another --data-dir");
        }
    }

    static ClientFiles write(Path dataDirectory, Credentials credentials, Ports ports) throws IOException {
        ClientFiles files = new ClientFiles(dataDirectory.resolve(JAVA_NAME), dataDirectory.resolve(LIBRDKAFKA_NAME));
        Map<String, String> java = new TreeMap<>(credentials.clientProperties());
        java.put("bootstrap.servers", ports.bootstrapServers());
        java.put("schema.registry.url", ports.registryUrl());
        put(files.java, java);
        put(
                files.librdkafka,
                new TreeMap<>(Map.of(
                        "bootstrap.servers", ports.bootstrapServers(),
                        "security.protocol", Credentials.PROTOCOL,
                        "sasl.mechanisms", Credentials.PLAIN_MECHANISM,
                        "sasl.username", credentials.user(),
                        "sasl.password", credentials.plainSecret())));
        return files;
    }

    private static void put(Path file, Map<String, String> properties) throws IOException {
        StringBuilder text = new StringBuilder();
        properties.forEach(
                (key, value) -> text.append(key).append('=').append(value).append('\n'));
        if (!Files.exists(file) || !Files.readString(file).contentEquals(text)) {
            OwnerOnly.write(file, text.toString());
        }
    }
}
