package io.catchwater.cli.embedded;

import java.util.Locale;
import java.util.Properties;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;

/**
 * Kafka's settings for a broker that takes nothing from who has not logged in, and nothing from who is not a super user.
 *
 * @param own credentials of the process that the broker runs in
 * @param others who may log in at the clients' listener besides, as options of Kafka's logins
 */
record BrokerSecurity(Credentials own, String others) {
    static final String CLIENT_LISTENER = "CLIENT";
    static final String CONTROLLER_LISTENER = "CONTROLLER";

    private static final String PLAIN_LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule required";

    /** A connection that was opened with credentials which were replaced since ends after this. */
    private static final String LOGIN_LIMIT_MS = "300000";

    void addTo(Properties broker) {
        broker.setProperty(
                "listener.security.protocol.map",
                CLIENT_LISTENER + ":" + Credentials.PROTOCOL + "," + CONTROLLER_LISTENER + ":" + Credentials.PROTOCOL);
        broker.setProperty("sasl.enabled.mechanisms", Credentials.MECHANISM);
        broker.setProperty(
                prefix(CLIENT_LISTENER) + "sasl.enabled.mechanisms",
                Credentials.MECHANISM + "," + Credentials.PLAIN_MECHANISM);
        broker.setProperty("sasl.mechanism.inter.broker.protocol", Credentials.MECHANISM);
        broker.setProperty("sasl.mechanism.controller.protocol", Credentials.MECHANISM);
        addLogin(broker, CLIENT_LISTENER, Credentials.MECHANISM, own.jaas(others), ScramLogins.class);
        addLogin(broker, CLIENT_LISTENER, Credentials.PLAIN_MECHANISM, PLAIN_LOGIN + others + ";", PlainLogins.class);
        addLogin(broker, CONTROLLER_LISTENER, Credentials.MECHANISM, own.jaas(""), ScramLogins.class);
        broker.setProperty("authorizer.class.name", StandardAuthorizer.class.getName());
        broker.setProperty("super.users", "User:" + own.user() + ";User:" + CredentialsFile.USER);
        broker.setProperty("allow.everyone.if.no.acl.found", "false");
    }

    private static void addLogin(Properties broker, String listener, String mechanism, String jaas, Class<?> handler) {
        String prefix = prefix(listener) + mechanism.toLowerCase(Locale.ROOT) + ".";
        broker.setProperty(prefix + "sasl.jaas.config", jaas);
        broker.setProperty(prefix + "sasl.server.callback.handler.class", handler.getName());
        broker.setProperty(prefix + "connections.max.reauth.ms", LOGIN_LIMIT_MS);
    }

    private static String prefix(String listener) {
        return "listener.name." + listener.toLowerCase(Locale.ROOT) + ".";
    }
}
