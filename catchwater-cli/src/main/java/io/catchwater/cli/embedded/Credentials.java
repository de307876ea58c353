package io.catchwater.cli.embedded;

import io.catchwater.cli.Secret;
import java.io.IOException;
import java.io.StringReader;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;

/**
 * What a client of the embedded platform has to know. The secrets are unlike: the broker's is never sent; the other two are
 * sent as they are, and would go to whoever listens on a port after the platform has died. So {@code plainSecret} is renewed at
 * each start, and {@code registrySecret} opens nothing but schemas.
 *
 * @param user name of the login, at broker and registry
 * @param brokerSecret of {@link Secret}'s form
 * @param registrySecret likewise
 * @param plainSecret likewise; for clients at the broker whose SCRAM is not Kafka's, or that run in its process
 */
public record Credentials(String user, String brokerSecret, String registrySecret, String plainSecret) {
    static final String MECHANISM = "SCRAM-SHA-512";
    static final String PLAIN_MECHANISM = "PLAIN";
    static final String PROTOCOL = "SASL_PLAINTEXT";

    private static final Pattern USER = Pattern.compile("[a-z][a-z.-]{0,31}");

    public Credentials {
        require(user != null && USER.matcher(user).matches(), "user");
        require(Secret.isWellFormed(brokerSecret), "broker");
        require(Secret.isWellFormed(registrySecret), "registry");
        require(Secret.isWellFormed(plainSecret), "plain");
    }

    private static void require(boolean usable, String name) {
        if (!usable) {
            throw new IllegalArgumentException("no usable \"" + name + "\"");
        }
    }

    /** New ones, that nobody knows. */
    static Credentials random(String user) {
        return new Credentials(user, Secret.random(), Secret.random(), Secret.random());
    }

    /** The same, with a new {@code plainSecret}. */
    Credentials withNewPlainSecret() {
        return new Credentials(user, brokerSecret, registrySecret, Secret.random());
    }

    /** For Java's Kafka clients and the registry's. */
    public Map<String, String> clientProperties() {
        return clientProperties(MECHANISM, "scram.ScramLoginModule required" + login(brokerSecret) + ";");
    }

    /**
     * Likewise, for clients that never outlive the broker: a connection costs them no hashes, and nobody takes the port from the
     * broker while they use it.
     */
    Map<String, String> plainClientProperties() {
        return clientProperties(PLAIN_MECHANISM, "plain.PlainLoginModule required" + plainLogin() + ";");
    }

    private Map<String, String> clientProperties(String mechanism, String jaas) {
        return Map.of(
                "security.protocol",
                PROTOCOL,
                "sasl.mechanism",
                mechanism,
                "sasl.jaas.config",
                "org.apache.kafka.common.security." + jaas,
                "basic.auth.credentials.source",
                "USER_INFO",
                "basic.auth.user.info",
                user + ":" + registrySecret);
    }

    /** By PLAIN, as options of a login in Kafka's settings. */
    String plainLogin() {
        return login(plainSecret);
    }

    private String login(String secret) {
        return " username=\"" + user + "\" password=\"" + secret + "\"";
    }

    String asText() {
        return "# Who reads this reads and commands everything in this directory; 'catchwater credentials rotate' replaces it.\n"
                + "user=" + user + "\nbroker=" + brokerSecret + "\nregistry=" + registrySecret + "\nplain="
                + plainSecret + "\n";
    }

    /** @throws IllegalArgumentException when it is not what {@link #asText} makes; the message holds no secret */
    static Credentials parse(String text) {
        Properties read = new Properties();
        try {
            read.load(new StringReader(text));
        } catch (IOException e) {
            throw new IllegalArgumentException("not readable as properties", e);
        }
        return new Credentials(
                read.getProperty("user"),
                read.getProperty("broker"),
                read.getProperty("registry"),
                read.getProperty("plain"));
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "Credentials[" + user + "]";
    }
}
