package io.catchwater.product;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** One page in a real browser without a screen, driven over the DevTools protocol. One thread. */
final class Chromium implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final List<JsonNode> events = new CopyOnWriteArrayList<>();
    private WebSocket socket;

    /** @param profile for its own files; has to exist and be empty */
    Chromium(Path profile) throws IOException, InterruptedException {
        this.process = new ProcessBuilder(
                        "chromium",
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--hide-scrollbars",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectErrorStream(true)
                .redirectOutput(
                        profile.resolveSibling(profile.getFileName() + ".log").toFile())
                .start();
        try {
            connect(profile.resolve("DevToolsActivePort"));
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private void connect(Path portFile) throws IOException, InterruptedException {
        Awaitility.await().atMost(LIMIT).until(() -> Files.exists(portFile) && Files.size(portFile) > 0);
        String port = Files.readAllLines(portFile).get(0);
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/new?about:blank"))
                .PUT(HttpRequest.BodyPublishers.noBody())
                .build();
        String target = JSON.readTree(
                        http.send(request, BodyHandlers.ofString()).body())
                .path("webSocketDebuggerUrl")
                .asText();
        socket = http.newWebSocketBuilder()
                .buildAsync(URI.create(target), new Listener())
                .join();
        for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
            call(domain + ".enable", Map.of());
        }
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                receive(text.toString());
                text.setLength(0);
            }
            from.request(1);
            return null;
        }
    }

    private void receive(String message) {
        try {
            JsonNode node = JSON.readTree(message);
            if (node.has("id")) {
                answers.get(node.path("id").asInt()).complete(node);
            } else {
                events.add(node);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private JsonNode call(String method, Map<String, ?> parameters) {
        int id = ids.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(id, answer);
        ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
        message.set("params", JSON.valueToTree(parameters));
        socket.sendText(message.toString(), true).join();
        JsonNode result =
                answer.orTimeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS).join();
        if (result.has("error")) {
            throw new IllegalStateException(method + ": " + result.path("error"));
        }
        return result.path("result");
    }

    void open(String url) {
        call("Page.navigate", Map.of("url", url));
    }

    /** The value of an expression in the page, as JSON. */
    JsonNode evaluate(String expression) {
        JsonNode result = call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true));
        if (result.has("exceptionDetails")) {
            throw new IllegalStateException(expression + ": " + result.path("exceptionDetails"));
        }
        return result.path("result").path("value");
    }

    /** Waits until an expression is true. */
    void await(String expression) {
        Awaitility.await(expression)
                .atMost(LIMIT)
                .until(() -> evaluate("Boolean(" + expression + ")").asBoolean());
    }

    /** Lays the page out anew, and takes all of it as a picture. */
    void screenshot(int width, String scheme, Path file) throws IOException {
        call(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
        await("window.innerWidth === " + width);
        JsonNode picture = call("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true));
        Files.write(file, Base64.getDecoder().decode(picture.path("data").asText()));
    }

    /** Addresses of all that the page asked for. */
    List<String> requests() {
        return of("Network.requestWillBeSent").stream()
                .map(event -> event.path("request").path("url").asText())
                .filter(url -> !url.equals("about:blank"))
                .toList();
    }

    /** What the page's console has to complain about. */
    List<String> complaints() {
        List<JsonNode> calls = of("Runtime.consoleAPICalled").stream()
                .filter(event -> !event.path("type").asText().equals("log"))
                .toList();
        List<JsonNode> logged = of("Log.entryAdded").stream()
                .filter(event -> !event.path("entry").path("level").asText().equals("verbose"))
                .toList();
        return java.util.stream.Stream.of(calls, logged, of("Runtime.exceptionThrown"))
                .flatMap(List::stream)
                .map(JsonNode::toString)
                .toList();
    }

    private List<JsonNode> of(String method) {
        return events.stream()
                .filter(event -> event.path("method").asText().equals(method))
                .map(event -> event.path("params"))
                .toList();
    }

    @Override
    public void close() {
        List<ProcessHandle> all = process.descendants().toList();
        process.destroyForcibly().onExit().join();
        all.forEach(ProcessHandle::destroyForcibly);
    }
}
