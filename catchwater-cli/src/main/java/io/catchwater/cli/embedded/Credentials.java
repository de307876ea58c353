package io.catchwater.cli.embedded;

import io.catchwater.cli.Secret;
import java.io.IOException;
import java.io.StringReader;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;

/**
 * What a client of the embedded platform has to know. The two secrets are unlike: the registry's is sent as it is, and would go
 * to whoever listens on its port after the platform has died; the broker's is never sent.
 *
 * @param user name of the login, at broker and registry
 * @param brokerSecret of {@link Secret}'s form
 * @param registrySecret likewise
 */
public record Credentials(String user, String brokerSecret, String registrySecret) {
    static final String MECHANISM = "SCRAM-SHA-512";

    private static final Pattern USER = Pattern.compile("[a-z][a-z.-]{0,31}");

    public Credentials {
        require(user != null && USER.matcher(user).matches(), "user");
        require(Secret.isWellFormed(brokerSecret), "broker");
        require(Secret.isWellFormed(registrySecret), "registry");
    }

    private static void require(boolean usable, String name) {
        if (!usable) {
            throw new IllegalArgumentException("no usable \"" + name + "\"");
        }
    }

    /** New ones, that nobody knows. */
    static Credentials random(String user) {
        return new Credentials(user, Secret.random(), Secret.random());
    }

    /** For Java's Kafka clients and the registry's. */
    public Map<String, String> clientProperties() {
        return Map.of(
                "security.protocol",
                "SASL_PLAINTEXT",
                "sasl.mechanism",
                MECHANISM,
                "sasl.jaas.config",
                jaas(""),
                "basic.auth.credentials.source",
                "USER_INFO",
                "basic.auth.user.info",
                user + ":" + registrySecret);
    }

    /** @param options further ones of the login, each after a blank */
    String jaas(String options) {
        return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + user + "\" password=\""
                + brokerSecret + "\"" + options + ";";
    }

    String asText() {
        return "# Who reads this reads and commands everything in this directory; 'catchwater credentials rotate' replaces it.\n"
                + "user=" + user + "\nbroker=" + brokerSecret + "\nregistry=" + registrySecret + "\n";
    }

    /** @throws IllegalArgumentException when it is not what {@link #asText} makes; the message holds no secret */
    static Credentials parse(String text) {
        Properties read = new Properties();
        try {
            read.load(new StringReader(text));
        } catch (IOException e) {
            throw new IllegalArgumentException("not readable as properties", e);
        }
        return new Credentials(read.getProperty("user"), read.getProperty("broker"), read.getProperty("registry"));
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "Credentials[" + user + "]";
    }
}
