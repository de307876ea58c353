package io.catchwater.cli.embedded;

import io.catchwater.cli.Secret;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.apache.kafka.common.security.plain.PlainAuthenticateCallback;

/**
 * Tells Kafka's PLAIN server who may log in, from {@link Logins}: for the broker's own process, and for librdkafka
 * before 2.6.1, whose SCRAM Kafka refuses. Made by Kafka, by its name in the broker's settings; one for each of a listener's
 * network threads.
 */
public final class PlainLogins implements AuthenticateCallbackHandler {
    private Logins logins;

    @Override
    public void configure(Map<String, ?> configs, String mechanism, List<AppConfigurationEntry> login) {
        logins = Logins.of(login.get(0).getOptions());
    }

    @Override
    public void handle(Callback[] callbacks) throws IOException, UnsupportedCallbackException {
        String user = "";
        for (Callback callback : callbacks) {
            if (callback instanceof NameCallback name) {
                user = name.getDefaultName();
            } else if (callback instanceof PlainAuthenticateCallback given) {
                String secret = new String(given.password());
                given.authenticated(logins.find(user)
                        .filter(credentials -> Secret.isSame(credentials.plainSecret(), secret))
                        .isPresent());
            } else {
                throw new UnsupportedCallbackException(callback);
            }
        }
    }

    @Override
    public void close() {}
}
