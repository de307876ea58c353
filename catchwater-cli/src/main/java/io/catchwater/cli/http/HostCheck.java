package io.catchwater.cli.http;

import java.net.InetAddress;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Keeps out what a foreign site's script sends to a loopback address by a name of its own (DNS rebinding): a browser
 * tells the name that it was sent to in the header Host.
 */
final class HostCheck {

    private static final Pattern LOOPBACK = Pattern.compile("(localhost|127(\\.[0-9]{1,3}){3}|\\[::1])(:[0-9]{1,5})?");

    private final boolean loopback;

    /** @param bound where the server listens; other than loopback addresses are reached by names nobody here knows */
    HostCheck(InetAddress bound) {
        this.loopback = bound.isLoopbackAddress();
    }

    /** @param host the header, null when there is none */
    boolean accepts(String host) {
        return !loopback
                || (host != null
                        && LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches());
    }
}
