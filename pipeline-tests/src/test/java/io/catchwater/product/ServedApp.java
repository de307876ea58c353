package io.catchwater.product;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.catchwater.pipeline.Workplace;
import io.catchwater.product.Product.Ended;
import io.catchwater.product.Product.Started;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A source named app with some megabytes in it, served by {@code ./catchwater run}, and what users ask of it. */
final class ServedApp implements AutoCloseable {

    static final Duration LIMIT = Duration.ofMinutes(2);
    static final int FILES = 24;
    static final int FILE_BYTES = 500_000;

    private static final double FRESH_SECONDS = 2;
    private static final List<String> STEERING = List.of("status", "pause", "resume", "throttle", "cancel");

    private static final ObjectMapper JSON = new ObjectMapper();

    final Workplace place;
    final Path source;
    final Path replica;
    private final Product product;
    private final List<Object> runArguments;
    private Started run;

    /** @param moreArguments of {@code run} */
    ServedApp(Object... moreArguments) throws Exception {
        place = new Workplace();
        product = new Product(place.directory("product"));
        source = Files.createDirectory(place.disk.resolve("source"));
        replica = Files.createDirectory(place.disk.resolve("replica"));
        fill();
        runArguments = new ArrayList<>(List.of("--source", "app=" + source, "--replica", replica));
        runArguments.addAll(Arrays.asList(moreArguments));
        start();
    }

    private void fill() throws IOException {
        Random random = new Random(1);
        Files.createDirectories(source.resolve("logs/old"));
        for (int i = 0; i < FILES; i++) {
            byte[] bytes = new byte[FILE_BYTES];
            random.nextBytes(bytes);
            Files.write(source.resolve("f" + i), bytes);
        }
        Files.writeString(source.resolve("logs/today.log"), "today");
        Files.writeString(source.resolve("logs/old/one.log"), "old");
        Files.writeString(source.resolve("logs/kept.txt"), "kept");
        Files.createLink(source.resolve("kept-too"), source.resolve("logs/today.log"));
    }

    /** Serves, until the base copy is in the replica. */
    private void start() throws IOException {
        run = product.start("run", runArguments.toArray());
        await(() -> {
            run.requireAlive();
            return statuses().stream().anyMatch(ServedApp::isCurrent);
        });
    }

    /** The base copy is in the replica: it follows, or makes a snapshot. */
    private static boolean isCurrent(JsonNode status) {
        return !status.has("id")
                && status.path("source").asText().equals("app")
                && status.path("age_seconds").asDouble() < FRESH_SECONDS
                && List.of("following", "sealing").contains(status.path("phase").asText());
    }

    /** Ends the serving process and everything it started, as kill -9 does, and serves again. */
    void restart() throws IOException {
        run.kill();
        start();
    }

    /** An empty directory for a snapshot. */
    Path destination(String name) throws IOException {
        return Files.createDirectories(place.disk.resolve("snapshots/" + name));
    }

    /** Its data directory, and how others log in. */
    Product product() {
        return product;
    }

    /** Runs a verb to its end: those that steer a snapshot under way at once, before it has ended. */
    Ended verb(String verb, Object... arguments) throws IOException, InterruptedException {
        return STEERING.contains(verb) ? product.ask(verb, arguments) : product.run(verb, arguments);
    }

    /** Runs a verb to its end on a terminal; returns what it wrote there. */
    String onTerminal(String verb, Object... arguments) throws IOException, InterruptedException {
        return product.onTerminal(verb, arguments);
    }

    /** Starts a verb. */
    Started begin(String verb, Object... arguments) throws IOException {
        return product.start(verb, arguments);
    }

    /** Orders a snapshot and does not wait for it. */
    void order(String id, Path destination, Object... more) throws IOException {
        List<Object> arguments =
                new ArrayList<>(List.of("--source", "app", "--to", destination, "--id", id, "--no-wait"));
        arguments.addAll(Arrays.asList(more));
        Ended ended = product.ask("snapshot", arguments.toArray());
        if (ended.status() != 0) {
            throw new IOException(ended.err());
        }
    }

    /** What {@code status} tells of everything that is under way. */
    List<JsonNode> statuses() {
        return messages(product.ask("status", "--json"));
    }

    /** What {@code status} tells of the source. */
    JsonNode sourceStatus() {
        return statuses().stream()
                .filter(status ->
                        !status.has("id") && status.path("source").asText().equals("app"))
                .findFirst()
                .orElseThrow();
    }

    /** What is known of a command. */
    Optional<JsonNode> command(String id) {
        Ended ended = product.ask("status", "--id", id, "--json");
        return ended.status() == 0 || ended.status() == 22
                ? Optional.of(messages(ended).get(0))
                : Optional.empty();
    }

    /** Waits until a command is in a state. */
    JsonNode awaitState(String id, String state) {
        try {
            await(() -> command(id)
                    .filter(status -> status.path("state").asText().equals(state))
                    .isPresent());
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(id + " does not become " + state + ": " + command(id) + ", " + statuses(), e);
        }
        return command(id).orElseThrow();
    }

    /** Ends whatever is under way, so that the next one finds the source as it was. */
    void settle() {
        product.ask("throttle", "--source", "app", "none");
        for (JsonNode status : statuses()) {
            if (status.has("id")) {
                product.ask("cancel", status.path("id").asText());
            }
        }
    }

    static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(LIMIT).until(condition);
    }

    /** Objects among the lines that a verb wrote. */
    static List<JsonNode> messages(Ended ended) {
        return ended.out()
                .lines()
                .filter(line -> line.startsWith("{"))
                .map(line -> {
                    try {
                        return JSON.readTree(line);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toList();
    }

    @Override
    public void close() throws IOException {
        product.close();
        place.close();
    }
}
