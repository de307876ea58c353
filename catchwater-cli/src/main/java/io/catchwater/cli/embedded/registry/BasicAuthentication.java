package io.catchwater.cli.embedded.registry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.catchwater.cli.Secret;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** HTTP basic authentication (RFC 7617). Any thread. */
public final class BasicAuthentication {
    static final String CHALLENGE = "Basic realm=\"catchwater\"";

    private static final String SCHEME = "basic ";

    private final Function<String, Optional<String>> secrets;

    /** @param secrets what a user has to know; empty for who is none */
    public BasicAuthentication(Function<String, Optional<String>> secrets) {
        this.secrets = secrets;
    }

    /**
     * Requires that a request comes from a user.
     *
     * @param header Authorization, null when there is none
     * @throws RegistryException when it does not
     */
    void require(String header) {
        if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            throw RegistryException.unauthorized();
        }
        String login = decoded(header.substring(SCHEME.length()).strip());
        int colon = login.indexOf(':');
        Optional<String> secret = colon < 0 ? Optional.empty() : secrets.apply(login.substring(0, colon));
        if (secret.isEmpty() || !Secret.isSame(secret.get(), login.substring(colon + 1))) {
            throw RegistryException.unauthorized();
        }
    }

    private static String decoded(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), ISO_8859_1);
        } catch (IllegalArgumentException e) {
            throw RegistryException.unauthorized();
        }
    }
}
