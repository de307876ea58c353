package io.catchwater.cli.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.OwnerOnly;
import io.catchwater.cli.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/**
 * What a reader of a page has to know, kept in a file, which is read again at each request: a new one holds at once. Any
 * thread.
 */
public final class PageToken {
    /** Its name in a data directory. */
    public static final String NAME = "page-token";

    private static final Set<PosixFilePermission> OPEN_TO_OTHERS =
            Set.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.GROUP_WRITE);

    private final Path file;
    private final boolean given;

    private PageToken(Path file, boolean given) {
        this.file = file;
        this.given = given;
    }

    /** The one of a data directory, made when it is missing. */
    public static PageToken of(Path dataDirectory) {
        return new PageToken(dataDirectory.resolve(NAME), false);
    }

    /**
     * One that the user keeps himself.
     *
     * @throws CommandFailure when it cannot be read, others can, or it holds no token
     */
    public static PageToken in(Path file) {
        PageToken token = new PageToken(file, true);
        try {
            if (Files.getPosixFilePermissions(file).stream().anyMatch(OPEN_TO_OTHERS::contains)) {
                throw new CommandFailure(
                        ExitStatus.DENIED, "--http-token-file " + file + " is open to others; chmod 600 it");
            }
            token.read();
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.USAGE, "--http-token-file " + file + " cannot be read: " + e, e);
        }
        return token;
    }

    /**
     * Makes the one of a data directory when there is none yet.
     *
     * @throws CommandFailure when that cannot be done
     */
    void prepare() {
        try {
            if (!given && !Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                replace();
            }
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.FAILED, "cannot write the page's token to " + file + ": " + e, e);
        }
    }

    /** Makes another one, where there is one. */
    public boolean rotate() throws IOException {
        boolean exists = Files.exists(file, LinkOption.NOFOLLOW_LINKS);
        if (exists) {
            replace();
        }
        return exists;
    }

    private void replace() throws IOException {
        OwnerOnly.write(file, Secret.random() + "\n");
    }

    /**
     * The token, now.
     *
     * @throws IOException when the file cannot be read
     * @throws CommandFailure when it holds no token
     */
    String read() throws IOException {
        String token = (given ? Files.readString(file, UTF_8) : OwnerOnly.read(file)).strip();
        if (!Secret.isWellFormed(token)) {
            throw new CommandFailure(
                    ExitStatus.DENIED,
                    file + " holds no token; wanted are 22 to 128 letters, digits, '-' and '_', such as 'openssl rand"
                            + " -hex 32' makes");
        }
        return token;
    }
}
