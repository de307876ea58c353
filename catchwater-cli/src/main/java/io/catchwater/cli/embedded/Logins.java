package io.catchwater.cli.embedded;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may log in: the process that the platform runs in, by credentials that are nowhere else and end with it, and whoever
 * knows what is in the data directory's file at that moment. Any thread.
 */
final class Logins {
    private static final Logger LOG = LoggerFactory.getLogger(Logins.class);

    /** Option of a login in Kafka's settings: the data directory, as a URI. */
    private static final String DIRECTORY = "data_directory";

    private final Optional<Credentials> own;
    private final Optional<CredentialsFile> file;

    /**
     * @param own of the process; empty where it does not log in
     * @param file of the data directory; empty where only the process itself may log in
     */
    Logins(Optional<Credentials> own, Optional<CredentialsFile> file) {
        this.own = own;
        this.file = file;
    }

    /** What makes {@link #of} look into the file too, as options of a login in Kafka's settings. */
    static String options(Path dataDirectory) {
        return " " + DIRECTORY + "=\"" + dataDirectory.toUri() + "\"";
    }

    /** As the options of a login in Kafka's settings say; the process's own credentials there are those by PLAIN. */
    static Logins of(Map<String, ?> options) {
        Optional<Credentials> own = Optional.ofNullable((String) options.get("username"))
                .map(user -> new Credentials(user, Secret.random(), Secret.random(), (String) options.get("password")));
        return new Logins(
                own,
                Optional.ofNullable((String) options.get(DIRECTORY))
                        .map(uri -> new CredentialsFile(Path.of(URI.create(uri)))));
    }

    /** The credentials of a user; empty when there is no such user, or the file cannot be read. */
    Optional<Credentials> find(String user) {
        if (own.filter(process -> process.user().equals(user)).isPresent()) {
            return own;
        }
        try {
            return file.map(CredentialsFile::read)
                    .filter(shared -> shared.user().equals(user));
        } catch (CommandFailure e) {
            LOG.warn("Nobody but this process can log in: {}", e.getMessage());
            return Optional.empty();
        }
    }
}
