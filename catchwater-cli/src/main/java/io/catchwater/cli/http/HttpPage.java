package io.catchwater.cli.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.control.Deployment;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The page on a port of this host, for who knows its token. GET and HEAD only; nothing can be changed through it. */
public final class HttpPage implements Page {

    private static final Logger LOG = LoggerFactory.getLogger(HttpPage.class);
    private static final int THREADS = 4;
    private static final int BACKLOG = 64;

    /** No request of the page has a body, or takes longer than this to arrive. */
    private static final String REQUEST_LIMIT_SECONDS = "10";

    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final HttpServer server;
    private final HostCheck hostCheck;
    private final PageToken token;
    private final PageAccess access;
    private final Assets assets = new Assets();
    private final ExecutorService threads;
    private PageReader reader;
    private volatile PageRoutes routes;
    private boolean closed;

    private HttpPage(HttpServer server, PageToken token) {
        this.server = server;
        this.token = token;
        this.access = new PageAccess(token, server.getAddress().getPort());
        this.hostCheck = new HostCheck(server.getAddress().getAddress());
        this.threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "catchwater-page");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", this::handle);
    }

    /**
     * Takes the port; answers nobody yet.
     *
     * @param token of who is answered later
     * @throws CommandFailure when the port is taken, or the host has no such address
     */
    public static HttpPage bind(PageAddress address, PageToken token) {
        // Read once, when the server's classes load: as the embedded registry wants them.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("sun.net.httpserver.maxReqTime", REQUEST_LIMIT_SECONDS);
        try {
            return new HttpPage(HttpServer.create(address.resolve(), BACKLOG), token);
        } catch (UnknownHostException e) {
            throw new CommandFailure(
                    ExitStatus.USAGE, "--http: no such host: " + address.host() + "; give an address of this one", e);
        } catch (BindException e) {
            throw refused(address, e);
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.FAILED, "--http: cannot listen: " + e.getMessage(), e);
        }
    }

    private static CommandFailure refused(PageAddress address, BindException e) {
        String why = String.valueOf(e.getMessage());
        if (why.contains("in use")) {
            return new CommandFailure(
                    ExitStatus.BUSY,
                    "port " + address.port() + " for the page is taken; end what uses it, or choose another port",
                    e);
        }
        ExitStatus status = why.contains("denied") ? ExitStatus.DENIED : ExitStatus.USAGE;
        return new CommandFailure(
                status, "--http: cannot listen on " + address.host() + " port " + address.port() + ": " + why, e);
    }

    @Override
    public void serve(Deployment deployment) {
        token.prepare();
        reader = PageReader.start(deployment);
        routes = new PageRoutes(assets, reader);
        server.start();
    }

    @Override
    public Optional<String> url() {
        InetSocketAddress bound = server.getAddress();
        try {
            return Optional.of("http://" + hostOf(bound.getAddress()) + ":" + bound.getPort() + "/" + access.query());
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.DENIED, "the page's token cannot be read: " + e.getMessage(), e);
        }
    }

    private static String hostOf(InetAddress address) {
        if (address.isAnyLocalAddress()) {
            return "127.0.0.1";
        }
        return address instanceof Inet6Address ? "[" + address.getHostAddress() + "]" : address.getHostAddress();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            send(exchange, answer(exchange));
        } catch (IOException e) {
            LOG.debug("A browser went away: {}", e.toString());
        }
    }

    private Answer answer(HttpExchange exchange) {
        String path = exchange.getRequestURI().getPath();
        if (!hostCheck.accepts(exchange.getRequestHeaders().getFirst("Host"))) {
            return Answer.refused(Answer.FORBIDDEN, "this page is reached by localhost or 127.0.0.1 only");
        }
        Optional<Answer> refused =
                access.refuse(exchange.getRequestURI(), exchange.getRequestHeaders(), exchange.getResponseHeaders());
        if (refused.isPresent()) {
            return refused.get();
        }
        if (!isRead(exchange)) {
            exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            return Answer.refused(Answer.METHOD_NOT_ALLOWED, "GET and HEAD only");
        }
        try {
            return routes.answer(path);
        } catch (RuntimeException e) {
            LOG.error("The page: {}", path, e);
            return Answer.refused(Answer.FAILED, "failed, see the log");
        }
    }

    private static boolean isRead(HttpExchange exchange) {
        return exchange.getRequestMethod().equals("GET")
                || exchange.getRequestMethod().equals("HEAD");
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", answer.contentType());
        headers.set("Content-Security-Policy", POLICY);
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
        byte[] body = answer.body().getBytes(UTF_8);
        boolean bodyless = exchange.getRequestMethod().equals("HEAD");
        if (bodyless) {
            headers.set("Content-Length", Integer.toString(body.length));
        }
        exchange.sendResponseHeaders(answer.status(), bodyless ? -1 : body.length);
        if (!bodyless) {
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        server.stop(0);
        threads.shutdownNow();
        if (reader != null) {
            reader.close();
        }
    }
}
