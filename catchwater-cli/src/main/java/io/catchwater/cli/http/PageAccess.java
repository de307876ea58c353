package io.catchwater.cli.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.Secret;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may read the page: who sends its token, or the cookie that whoever opened the page with the token was given.
 *
 * <p>A browser sends cookies to every port of a host. So the cookie has the port in its name, and is made from the token and
 * the port: whoever gets to see it cannot tell the token from it. Any thread.
 */
final class PageAccess {
    static final int SEE_OTHER = 303;
    static final int UNAUTHORIZED = 401;

    private static final Logger LOG = LoggerFactory.getLogger(PageAccess.class);
    private static final String PARAMETER = "token=";
    private static final String BEARER = "Bearer ";
    private static final String WITHOUT =
            "this page wants its token: open the address that was printed at the start, or send 'Authorization: Bearer TOKEN'";
    private static final String WRONG =
            "this is not the page's token: open the address that was printed at the last start, or look into its file";

    private final PageToken token;
    private final int port;

    PageAccess(PageToken token, int port) {
        this.token = token;
        this.port = port;
    }

    /** What is put behind the page's address so that it opens. */
    String query() throws IOException {
        return "?" + PARAMETER + token.read();
    }

    /**
     * The answer to a request that is not let through.
     *
     * @param headers of the request
     * @param answered headers of the answer
     * @return empty for who may read
     */
    Optional<Answer> refuse(URI asked, Headers headers, Headers answered) {
        String secret;
        try {
            secret = token.read();
        } catch (IOException | CommandFailure e) {
            LOG.warn("Nobody can read the page: {}", e.toString());
            return Optional.of(Answer.refused(Answer.FORBIDDEN, "the page's token cannot be read, see the log"));
        }
        String query = asked.getRawQuery();
        if (query != null && query.startsWith(PARAMETER)) {
            return Optional.of(logIn(secret, query.substring(PARAMETER.length()), answered));
        }
        String bearer = headers.getFirst("Authorization");
        if (bearer != null && bearer.startsWith(BEARER)) {
            return Secret.isSame(secret, bearer.substring(BEARER.length()).strip())
                    ? Optional.empty()
                    : Optional.of(Answer.refused(Answer.FORBIDDEN, WRONG));
        }
        if (hasCookie(headers, cookie(secret))) {
            return Optional.empty();
        }
        answered.set("WWW-Authenticate", "Bearer realm=\"catchwater\"");
        return Optional.of(Answer.refused(UNAUTHORIZED, WITHOUT));
    }

    /** Takes the token out of the browser's address. */
    private Answer logIn(String secret, String given, Headers answered) {
        if (!Secret.isSame(secret, given)) {
            return Answer.refused(Answer.FORBIDDEN, WRONG);
        }
        answered.set("Set-Cookie", cookieName() + cookie(secret) + "; Path=/; HttpOnly; SameSite=Strict");
        answered.set("Location", "/");
        return Answer.refused(SEE_OTHER, "the page is at /");
    }

    private boolean hasCookie(Headers headers, String wanted) {
        for (String header : headers.getOrDefault("Cookie", java.util.List.of())) {
            for (String each : header.split(";", -1)) {
                String cookie = each.strip();
                if (cookie.startsWith(cookieName())
                        && Secret.isSame(wanted, cookie.substring(cookieName().length()))) {
                    return true;
                }
            }
        }
        return false;
    }

    private String cookieName() {
        return "catchwater-" + port + "=";
    }

    private String cookie(String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(("page on port " + port).getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
