package io.catchwater.cli.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * Where a page, or the schema registry, listens: what {@code --http [HOST:]PORT} says.
 *
 * @param host a name or an address, an IPv6 one without brackets
 * @param port 0 to 65535; 0 is any
 */
public record PageAddress(String host, int port) {

    private static final String LOOPBACK = "127.0.0.1";
    private static final int MAX_PORT = 65_535;

    /**
     * Reads the option's value: {@code 8090}, {@code 0.0.0.0:8090}, {@code [::1]:8090}.
     *
     * @throws IllegalArgumentException when it has another form; the message can be shown to a user
     */
    public static PageAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? LOOPBACK : text.substring(0, colon);
        String port = text.substring(colon + 1);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (host.isEmpty() || (host.contains(":") && !bracketed) || !port.matches("[0-9]{1,5}")) {
            throw refused(text);
        }
        int number = Integer.parseInt(port);
        if (number > MAX_PORT) {
            throw refused(text);
        }
        return new PageAddress(bracketed ? host.substring(1, host.length() - 1) : host, number);
    }

    private static IllegalArgumentException refused(String text) {
        return new IllegalArgumentException("not an address to listen at: '" + text
                + "' (expected PORT or HOST:PORT, such as 8090 or 0.0.0.0:8090)");
    }

    /**
     * For a socket.
     *
     * @throws UnknownHostException when the host has no address
     */
    public InetSocketAddress resolve() throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(host), port);
    }
}
