package io.catchwater.cli.embedded;

import io.catchwater.cli.CommandFailure;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may log in: the process that the platform runs in, by credentials that are nowhere else and end with it, and whoever
 * knows what is in the data directory's file at that moment. Any thread.
 */
final class Logins {
    private static final Logger LOG = LoggerFactory.getLogger(Logins.class);

    private final Credentials own;
    private final Optional<CredentialsFile> file;

    /** @param file of the data directory; empty where only the process itself may log in */
    Logins(Credentials own, Optional<CredentialsFile> file) {
        this.own = own;
        this.file = file;
    }

    /** The credentials of a user; empty when there is no such user, or the file cannot be read. */
    Optional<Credentials> find(String user) {
        if (user.equals(own.user())) {
            return Optional.of(own);
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
