package io.catchwater.cli.embedded;

import java.util.Locale;
import java.util.Properties;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;

/**
 * Kafka's settings for a broker that takes nothing from who has not logged in, and nothing from who is not a super user.
 *
 * @param own credentials of the process that the broker runs in
 * @param clientOptions of the login at the clients' listener: whom it lets in besides
 */
record BrokerSecurity(Credentials own, String clientOptions) {
    static final String CLIENT_LISTENER = "CLIENT";
    static final String CONTROLLER_LISTENER = "CONTROLLER";

    /** A connection that was opened with credentials which were replaced since ends after this. */
    private static final String LOGIN_LIMIT_MS = "300000";

    private static final String PROTOCOL = "SASL_PLAINTEXT";

    void addTo(Properties broker) {
        broker.setProperty(
                "listener.security.protocol.map",
                CLIENT_LISTENER + ":" + PROTOCOL + "," + CONTROLLER_LISTENER + ":" + PROTOCOL);
        broker.setProperty("sasl.enabled.mechanisms", Credentials.MECHANISM);
        broker.setProperty("sasl.mechanism.inter.broker.protocol", Credentials.MECHANISM);
        broker.setProperty("sasl.mechanism.controller.protocol", Credentials.MECHANISM);
        addListener(broker, CLIENT_LISTENER, clientOptions);
        addListener(broker, CONTROLLER_LISTENER, "");
        broker.setProperty("authorizer.class.name", StandardAuthorizer.class.getName());
        broker.setProperty("super.users", "User:" + own.user() + ";User:" + CredentialsFile.USER);
        broker.setProperty("allow.everyone.if.no.acl.found", "false");
    }

    private void addListener(Properties broker, String listener, String options) {
        String prefix = "listener.name." + listener.toLowerCase(Locale.ROOT) + "."
                + Credentials.MECHANISM.toLowerCase(Locale.ROOT) + ".";
        broker.setProperty(prefix + "sasl.jaas.config", own.jaas(options));
        broker.setProperty(prefix + "sasl.server.callback.handler.class", ScramLogins.class.getName());
        broker.setProperty(prefix + "connections.max.reauth.ms", LOGIN_LIMIT_MS);
    }
}
