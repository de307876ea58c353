package io.catchwater.cli.embedded;

import java.io.IOException;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    private final Map<Credentials, ScramCredential> known = new HashMap<>();
    private Logins logins;

    @Override
    public void configure(Map<String, ?> configs, String mechanism, List<AppConfigurationEntry> login) {
        logins = Logins.of(login.get(0).getOptions());
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
