package io.catchwater.cli.embedded.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A schema registry on one address, for Confluent's client and serializers. All methods may be called from any thread.
 */
public final class EmbeddedRegistry implements AutoCloseable {
    /** Largest request; a schema of this project has a few KiB. */
    static final int MAX_BODY_BYTES = 1 << 20;

    private static final int THREADS = 2;
    private static final int BACKLOG = 64;
    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedRegistry.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads;
    private final Registry registry;
    private final RegistryRoutes routes;
    private final Optional<BasicAuthentication> authentication;

    private EmbeddedRegistry(HttpServer server, Registry registry, Optional<BasicAuthentication> authentication) {
        this.server = server;
        this.registry = registry;
        this.authentication = authentication;
        this.routes = new RegistryRoutes(registry);
        this.threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "catchwater-registry");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", this::handle);
    }

    /**
     * Reads the {@code _schemas} topic and starts to serve.
     *
     * @param clientProperties further properties of the Kafka clients (TLS, SASL)
     * @param listen port 0 is any
     * @param authentication of who asks it; none where the network decides who may
     * @throws IOException when the address cannot be used, or the topic cannot be read
     */
    public static EmbeddedRegistry start(
            String bootstrapServers,
            Map<String, String> clientProperties,
            InetSocketAddress listen,
            Optional<BasicAuthentication> authentication)
            throws IOException {
        // Read once, when the server's classes load. Without it each answer waits 40 ms for a delayed acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        HttpServer server = HttpServer.create(listen, BACKLOG);
        SchemasTopic topic = null;
        try {
            topic = SchemasTopic.open(bootstrapServers, clientProperties);
            EmbeddedRegistry registry = new EmbeddedRegistry(server, new Registry(topic), authentication);
            server.start();
            return registry;
        } catch (RegistryException e) {
            server.stop(0);
            if (topic != null) {
                topic.close();
            }
            throw new IOException(e.getMessage(), e);
        }
    }

    /** What serializers pass as {@code schema.registry.url}. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        registry.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            try {
                if (authentication.isPresent()) {
                    authentication.get().require(exchange.getRequestHeaders().getFirst("Authorization"));
                }
                send(exchange, 200, routes.answer(read(exchange)));
            } catch (RegistryException e) {
                LOG.debug("{} {}: {}", exchange.getRequestMethod(), exchange.getRequestURI(), e.getMessage(), e);
                if (e.httpStatus() == RegistryException.UNAUTHORIZED) {
                    exchange.getResponseHeaders().set("WWW-Authenticate", BasicAuthentication.CHALLENGE);
                }
                sendError(exchange, e.httpStatus(), e.errorCode(), e.getMessage());
            } catch (RuntimeException e) {
                LOG.error("{} {} failed", exchange.getRequestMethod(), exchange.getRequestURI(), e);
                sendError(exchange, 500, 50001, "Internal error: " + e);
            }
        }
    }

    private static RegistryRequest read(HttpExchange exchange) throws IOException {
        List<String> path = Arrays.stream(exchange.getRequestURI().getRawPath().split("/", -1))
                .filter(segment -> !segment.isEmpty())
                .map(EmbeddedRegistry::decode)
                .toList();
        return new RegistryRequest(
                exchange.getRequestMethod(),
                path,
                query(exchange.getRequestURI().getRawQuery()),
                body(exchange));
    }

    private static Map<String, String> query(String raw) {
        Map<String, String> query = new HashMap<>();
        for (String pair : raw == null ? new String[0] : raw.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                query.putIfAbsent(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
            }
        }
        return query;
    }

    private static JsonNode body(HttpExchange exchange) throws IOException {
        byte[] bytes = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
        if (bytes.length > MAX_BODY_BYTES) {
            throw RegistryException.tooLarge(MAX_BODY_BYTES);
        }
        try {
            return bytes.length == 0 ? MissingNode.getInstance() : JSON.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw RegistryException.invalidRequest("the body is not JSON: " + e.getOriginalMessage());
        }
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, UTF_8);
        } catch (IllegalArgumentException e) {
            throw RegistryException.invalidRequest("the address is not well-formed: " + e.getMessage());
        }
    }

    private static void sendError(HttpExchange exchange, int status, int code, String message) throws IOException {
        send(exchange, status, Map.of("error_code", code, "message", message));
    }

    private static void send(HttpExchange exchange, int status, Object answer) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(answer);
        exchange.getResponseHeaders().set("Content-Type", CONTENT_TYPE);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
