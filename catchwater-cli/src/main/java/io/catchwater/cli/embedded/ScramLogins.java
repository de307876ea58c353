package io.catchwater.cli.embedded;

import io.catchwater.cli.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.apache.kafka.common.security.scram.ScramCredential;
import org.apache.kafka.common.security.scram.ScramCredentialCallback;
import org.apache.kafka.common.security.scram.internals.ScramFormatter;
import org.apache.kafka.common.security.scram.internals.ScramMechanism;

/**
 * Tells Kafka's SCRAM server what a user has to know, from {@link Logins} instead of Kafka's metadata: a listener can so be
 * opened before there is any, and one file is where the secret is. Made by Kafka, by its name in the broker's settings; one
 * for each of a listener's network threads.
 */
public final class ScramLogins implements AuthenticateCallbackHandler {
    private static final ScramMechanism MECHANISM = ScramMechanism.SCRAM_SHA_512;

    /** Option of the login: the data directory, as a URI. */
    private static final String DIRECTORY = "data_directory";

    private final Map<Credentials, ScramCredential> known = new HashMap<>();
    private Logins logins;

    /** The options by which {@link #configure} finds the data directory, for a listener that others may use. */
    static String options(Path dataDirectory) {
        return " " + DIRECTORY + "=\"" + dataDirectory.toUri() + "\"";
    }

    @Override
    public void configure(Map<String, ?> configs, String mechanism, List<AppConfigurationEntry> login) {
        Map<String, ?> options = login.get(0).getOptions();
        Credentials own =
                new Credentials((String) options.get("username"), (String) options.get("password"), Secret.random());
        logins = new Logins(
                own,
                Optional.ofNullable((String) options.get(DIRECTORY))
                        .map(uri -> new CredentialsFile(Path.of(java.net.URI.create(uri)))));
    }

    @Override
    public synchronized void handle(Callback[] callbacks) throws IOException, UnsupportedCallbackException {
        String user = null;
        for (Callback callback : callbacks) {
            if (callback instanceof NameCallback name) {
                user = name.getDefaultName();
            } else if (callback instanceof ScramCredentialCallback scram && user != null) {
                logins.find(user).map(this::scramCredential).ifPresent(scram::scramCredential);
            } else {
                throw new UnsupportedCallbackException(callback);
            }
        }
    }

    /** Thousands of hashes: once for each secret. */
    private ScramCredential scramCredential(Credentials credentials) {
        known.keySet().removeIf(other -> other.user().equals(credentials.user()) && !other.equals(credentials));
        return known.computeIfAbsent(
                credentials, fresh -> formatter().generateCredential(fresh.brokerSecret(), MECHANISM.minIterations()));
    }

    private static ScramFormatter formatter() {
        try {
            return new ScramFormatter(MECHANISM);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-512", e);
        }
    }

    @Override
    public void close() {}
}
