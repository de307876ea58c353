package io.catchwater.cli.embedded;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.OwnerOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** {@code credentials} in a data directory: by which every process of the directory's owner logs in. Any thread. */
public final class CredentialsFile {
    static final String NAME = "credentials";

    static final String USER = "catchwater";

    private final Path file;

    /** @param dataDirectory of the embedded platform */
    public CredentialsFile(Path dataDirectory) {
        this.file = dataDirectory.resolve(NAME);
    }

    /**
     * What is valid now.
     *
     * @throws CommandFailure with {@link ExitStatus#DENIED} when it is missing, not for this user, or cannot be understood
     */
    public Credentials read() {
        try {
            return Credentials.parse(OwnerOnly.read(file));
        } catch (NoSuchFileException e) {
            throw denied("is missing; the platform that runs there is of an older version: start it again", e);
        } catch (IOException e) {
            throw denied("cannot be read by this user: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw denied("cannot be used: " + e.getMessage() + "; 'catchwater credentials rotate' replaces it", e);
        }
    }

    private CommandFailure denied(String why, Exception cause) {
        return new CommandFailure(ExitStatus.DENIED, "the credentials " + file + ": the file " + why, cause);
    }

    /** For a platform that is about to start: what is valid, with a new plain secret; the first ones are made. */
    Credentials renew() throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return replace();
        }
        return write(read().withNewPlainSecret());
    }

    /** Makes new ones; a platform that runs there asks for them from the next login on. */
    public Credentials replace() throws IOException {
        return write(Credentials.random(USER));
    }

    private Credentials write(Credentials credentials) throws IOException {
        OwnerOnly.write(file, credentials.asText());
        return credentials;
    }
}
