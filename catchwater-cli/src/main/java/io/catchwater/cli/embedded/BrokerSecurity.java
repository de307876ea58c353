package io.catchwater.cli.embedded;

import java.util.Locale;
import java.util.Properties;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;

/**
 * Kafka's settings for a broker that takes nothing from who has not logged in, and nothing from who is not a super user.
 *
 * @param own credentials of the process that the broker runs in, which logs in by PLAIN: SCRAM's thousands of hashes for each of
 *     its connections made a start a second longer
 * @param others who may log in at the clients' listener besides, as options of Kafka's logins
 */
record BrokerSecurity(Credentials own, String others) {
    static final String CLIENT_LISTENER = "CLIENT";
    static final String CONTROLLER_LISTENER = "CONTROLLER";

    private static final String LOGIN = "org.apache.kafka.common.security.";
    private static final String SCRAM_LOGIN = LOGIN + "scram.ScramLoginModule required";
    private static final String PLAIN_LOGIN = LOGIN + "plain.PlainLoginModule required";

    /** A connection that was opened with credentials which were replaced since ends after this. */
    private static final String LOGIN_LIMIT_MS = "300000";

    void addTo(Properties broker) {
        broker.setProperty(
                "listener.security.protocol.map",
                CLIENT_LISTENER + ":" + Credentials.PROTOCOL + "," + CONTROLLER_LISTENER + ":" + Credentials.PROTOCOL);
        broker.setProperty("sasl.enabled.mechanisms", Credentials.PLAIN_MECHANISM);
        broker.setProperty(
                prefix(CLIENT_LISTENER) + "sasl.enabled.mechanisms",
                Credentials.MECHANISM + "," + Credentials.PLAIN_MECHANISM);
        broker.setProperty("sasl.mechanism.inter.broker.protocol", Credentials.PLAIN_MECHANISM);
        broker.setProperty("sasl.mechanism.controller.protocol", Credentials.PLAIN_MECHANISM);
        addLogin(broker, CLIENT_LISTENER, Credentials.MECHANISM, SCRAM_LOGIN + others, ScramLogins.class);
        addPlainLogin(broker, CLIENT_LISTENER, others);
        addPlainLogin(broker, CONTROLLER_LISTENER, "");
        broker.setProperty("authorizer.class.name", StandardAuthorizer.class.getName());
        broker.setProperty("super.users", "User:" + own.user() + ";User:" + CredentialsFile.USER);
        broker.setProperty("allow.everyone.if.no.acl.found", "false");
    }

    private void addPlainLogin(Properties broker, String listener, String others) {
        String login = PLAIN_LOGIN + own.plainLogin() + others;
        addLogin(broker, listener, Credentials.PLAIN_MECHANISM, login, PlainLogins.class);
    }

    private static void addLogin(Properties broker, String listener, String mechanism, String login, Class<?> handler) {
        String prefix = prefix(listener) + mechanism.toLowerCase(Locale.ROOT) + ".";
        broker.setProperty(prefix + "sasl.jaas.config", login + ";");
        broker.setProperty(prefix + "sasl.server.callback.handler.class", handler.getName());
        broker.setProperty(prefix + "connections.max.reauth.ms", LOGIN_LIMIT_MS);
    }

    private static String prefix(String listener) {
        return "listener.name." + listener.toLowerCase(Locale.ROOT) + ".";
    }
}
