package io.catchwater.product;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.catchwater.pipeline.Workplace;
import io.catchwater.product.Product.Ended;
import io.catchwater.product.Product.Started;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The page of a run, in a real browser and by hand. Leaves pictures of it in target/. */
final class PageIT {

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Pattern PAGE = Pattern.compile("page at (http://127\\.0\\.0\\.1:([0-9]+)/)");
    private static final String EVIL = "<script>window.hacked=1</script><img src=x onerror=window.hacked=2>";
    private static final Path PICTURES = Path.of("target");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private Workplace place;
    private Product product;
    private Started run;
    private Path end;
    private String url;
    private int port;

    @BeforeEach
    void startRun() throws Exception {
        place = new Workplace();
        product = new Product(place.directory("product"));
        Path source = Files.createDirectory(place.disk.resolve("source"));
        Path replica = Files.createDirectory(place.disk.resolve("replica"));
        byte[] big = new byte[20_000_000];
        new Random(1).nextBytes(big);
        Files.write(source.resolve("big"), big);
        end = place.disk.resolve("end");
        String script = "cd '" + source + "'; while [ ! -e '" + end + "' ]; do date >>log; sleep 0.2; done";
        run = product.start(
                "run", "--source", "app=" + source, "--replica", replica, "--http", "0", "--", "sh", "-c", script);
        Awaitility.await().atMost(LIMIT).until(() -> {
            run.requireAlive();
            return PAGE.matcher(run.err()).find() && Files.exists(replica.resolve("log"));
        });
        Matcher page = PAGE.matcher(run.err());
        assertThat(page.find()).isTrue();
        url = page.group(1);
        port = Integer.parseInt(page.group(2));
    }

    @AfterEach
    void endRun() throws Exception {
        product.close();
        place.close();
    }

    private String broker() throws Exception {
        return JSON.readTree(product.ask("status", "--json")
                        .out()
                        .lines()
                        .findFirst()
                        .orElseThrow())
                .path("bootstrap_servers")
                .asText();
    }

    private void send(String broker, String... records) throws Exception {
        Process kcat = new ProcessBuilder("kcat", "-P", "-b", broker, "-t", "catchwater.commands", "-K", "|")
                .redirectErrorStream(true)
                .start();
        kcat.getOutputStream().write((String.join("\n", records) + "\n").getBytes(UTF_8));
        kcat.getOutputStream().close();
        String said = new String(kcat.getInputStream().readAllBytes(), UTF_8);
        assertThat(kcat.waitFor()).as(said).isZero();
    }

    private String snapshot(String id, Object destination, String more) {
        return "app|{\"id\":\"%s\",\"type\":\"snapshot\",\"data\":{\"destination\":\"%s\"%s}}"
                .formatted(id, destination, more);
    }

    private HttpResponse<String> request(String method, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url).resolve(path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    @Test
    void showsWhatIsGoingOn() throws Exception {
        assertThat(product.run("snapshot", "--source", "app", "--to", place.directory("first"), "--id", "first")
                        .status())
                .isZero();
        send(
                broker(),
                snapshot("slow", place.directory("slow"), ",\"throttle\":300000"),
                snapshot("queued", place.directory("queued"), ""),
                snapshot(EVIL, "/nowhere/" + EVIL, ""));
        try (Chromium chromium = new Chromium(place.directory("chromium"))) {
            chromium.open(url);
            chromium.await("document.querySelector('[data-source=app]')");
            chromium.await("parseFloat(document.querySelector('[data-id=slow] .percent')?.textContent) > 0");
            chromium.await("document.querySelector('[data-id=slow] [role=progressbar]').ariaValueNow > 0");
            chromium.await("document.querySelector('[data-id=queued]').textContent.includes('waiting')");
            chromium.await("document.querySelector('.window.open') && document.querySelector('.mark').title"
                    + ".startsWith('first')");
            chromium.await("document.querySelectorAll('.stage.running').length === 3");
            String ended = chromium.evaluate("document.getElementById('ended').innerText")
                    .asText();
            assertThat(ended).contains(EVIL, "'/nowhere/" + EVIL + "' does not exist (errno 2)", "rejected");
            assertRefreshesItself(chromium);
            assertReadableAnywhere(chromium);
            assertThat(chromium.evaluate("String(window.hacked) + document.querySelectorAll('main img, section img,"
                                    + " main script, section script').length")
                            .asText())
                    .isEqualTo("undefined0");
            assertThat(chromium.requests()).hasSizeGreaterThan(5).allMatch(asked -> asked.startsWith(url));
            assertThat(chromium.complaints()).isEmpty();
            assertSaysWhenNobodyAnswers(chromium);
        }
    }

    private static void assertRefreshesItself(Chromium chromium) {
        chromium.evaluate("window.before = document.querySelector('[data-id=slow] .percent').textContent");
        chromium.await("document.querySelector('[data-id=slow] .percent').textContent !== window.before");
    }

    private static void assertReadableAnywhere(Chromium chromium) throws IOException {
        chromium.screenshot(1600, "light", PICTURES.resolve("page-wide.png"));
        chromium.screenshot(1600, "dark", PICTURES.resolve("page-wide-dark.png"));
        chromium.screenshot(400, "dark", PICTURES.resolve("page-narrow-dark.png"));
        chromium.screenshot(400, "light", PICTURES.resolve("page-narrow.png"));
        assertThat(chromium.evaluate("document.documentElement.scrollWidth").asInt())
                .isLessThanOrEqualTo(400);
    }

    private void assertSaysWhenNobodyAnswers(Chromium chromium) throws Exception {
        Files.createFile(end);
        chromium.await("document.getElementById('problem').innerText.startsWith('No answer from 127.0.0.1:')");
        assertThat(chromium.evaluate("document.querySelector('[data-source=app] h2').textContent")
                        .asText())
                .isEqualTo("app");
        run.process().destroyForcibly();
    }

    @Test
    void answersReadersOnly() throws Exception {
        HttpResponse<String> page = request("GET", "/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("content-type")).contains("text/html; charset=utf-8");
        assertThat(page.headers().firstValue("cache-control")).contains("no-store");
        assertThat(page.headers().firstValue("content-security-policy").orElse(""))
                .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'");
        assertThat(page.body()).doesNotContain("http://", "https://", "style=", "onclick");
        for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS")) {
            HttpResponse<String> refused = request(method, "/api/status");
            assertThat(refused.statusCode()).as(method).isEqualTo(405);
            assertThat(refused.headers().firstValue("allow")).contains("GET, HEAD");
        }
        for (String path : List.of("/nothing", "/api", "/api/status/", "/../page.html", "/PageIT.class")) {
            assertThat(request("GET", path).statusCode()).as(path).isEqualTo(404);
        }
        HttpResponse<String> head = request("HEAD", "/page.css");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValueAsLong("content-length").orElse(0)).isPositive();
        assertThat(statusFor("localhost:" + port)).isEqualTo(200);
        assertThat(statusFor("127.0.0.1")).isEqualTo(200);
        for (String host :
                List.of("evil.example:" + port, "evil.example", "127.0.0.1.evil.example", "localhost@evil")) {
            assertThat(statusFor(host)).as(host).isEqualTo(403);
        }
        tellsTheSameAsJson();
        refusesAPortThatIsTaken();
        Files.createFile(end);
        Ended ended = run.await(LIMIT);
        assertThat(ended.status()).as(ended.err()).isZero();
    }

    private int statusFor(String host) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write(("GET /api/windows HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(ISO_8859_1));
            String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
            return Integer.parseInt(answer.split(" ", 3)[1]);
        }
    }

    private void tellsTheSameAsJson() throws Exception {
        Awaitility.await().atMost(LIMIT).until(() -> !json("/api/windows").isEmpty());
        JsonNode all = json("/api/status");
        assertThat(all.path("problem").asText()).isEmpty();
        JsonNode source = json("/api/sources").get(0);
        assertThat(source.path("source").asText()).isEqualTo("app");
        assertThat(source.path("phase").asText()).isNotEmpty();
        assertThat(source.path("stages")).hasSize(3);
        assertThat(source.path("directories").get(0).asText()).endsWith("/source");
        JsonNode window = json("/api/windows").get(0);
        assertThat(window.path("source").asText()).isEqualTo("app");
        assertThat(window.path("to_lsn").isNull()).isTrue();
        assertThat(json("/api/snapshots").path("running")).isEmpty();
        assertThat(all.fieldNames()).toIterable().contains("sources", "snapshots", "windows");
    }

    private JsonNode json(String path) throws Exception {
        HttpResponse<String> response = request("GET", path);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("application/json");
        return JSON.readTree(response.body());
    }

    private void refusesAPortThatIsTaken() throws Exception {
        Path other = Files.createDirectory(place.disk.resolve("other"));
        Path replica = Files.createDirectory(place.disk.resolve("other-replica"));
        Path data = place.disk.resolve("other-data");
        Object[] arguments = {
            "--source", "other=" + other, "--replica", replica, "--data-dir", data, "--http", port, "--", "true"
        };
        Ended refused = product.run("run", arguments);
        assertThat(refused.status()).as(refused.err()).isEqualTo(11);
        assertThat(refused.err())
                .contains("port " + port + " for the page is taken")
                .hasLineCount(1);
        assertThat(data).doesNotExist();
        arguments[7] = "nonsense";
        assertThat(product.run("run", arguments).status()).isEqualTo(2);
    }
}
