package io.catchwater.product;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.catchwater.cli.embedded.EmbeddedPlatform;
import io.catchwater.pipeline.KafkaForTests;
import io.catchwater.pipeline.TreeDifferences;
import io.catchwater.pipeline.Workplace;
import io.catchwater.product.Product.Ended;
import io.catchwater.product.Product.Started;
import io.catchwater.schemas.control.State;
import io.catchwater.schemas.control.Status;
import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bridge, stream and sink as three processes on one broker: in any order of starts, and killed. */
final class SoleStagesIT {

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int BIG_BYTES = 24_000_000;
    private static final int SLOW = 4_000_000;

    private static int sources;

    private final Map<String, Started> stages = new HashMap<>();
    private final String name = "stages" + sources++;
    private Workplace place;
    private Product product;
    private EmbeddedPlatform kafka;
    private Path source;
    private Path replica;
    private Path fifo;
    private Started program;
    private Writer commands;
    private int done;

    @BeforeEach
    void makeDirectories() throws Exception {
        place = new Workplace();
        kafka = KafkaForTests.platform();
        product = new Product(place.directory("product"));
        source = Files.createDirectory(place.disk.resolve("source"));
        replica = Files.createDirectory(place.disk.resolve("replica"));
        fifo = place.disk.resolve("commands");
        byte[] big = new byte[BIG_BYTES];
        new Random(1).nextBytes(big);
        Files.write(source.resolve("big"), big);
        Process made = new ProcessBuilder("mkfifo", fifo.toString()).start();
        assertThat(made.waitFor()).isZero();
    }

    @AfterEach
    void end() throws Exception {
        product.close();
        place.close();
    }

    private Object[] arguments(String stage) {
        List<Object> arguments =
                new ArrayList<>(List.of("--config", kafka.dataDirectory().resolve("client.properties")));
        arguments.addAll(List.of("--json", "--source", stage.equals("bridge") ? name + "=" + source : name));
        if (stage.equals("sink")) {
            arguments.addAll(List.of("--replica", replica, "--allowed-prefix", place.quick, "--http", "0"));
        }
        return arguments.toArray();
    }

    private void start(String stage) throws IOException {
        Started started = product.start(stage, arguments(stage));
        stages.put(stage, started);
        Awaitility.await().atMost(LIMIT).until(() -> {
            started.requireAlive();
            return started.out().contains("\"phase\":\"ready\"");
        });
    }

    private void startAll() throws Exception {
        for (String stage : List.of("bridge", "stream", "sink")) {
            start(stage);
        }
    }

    /** A shell under capture, found through the data directory alone. */
    private void startProgram() throws IOException {
        String loop = "cd '" + source + "'; while read -r line; do eval \"$line\"; done <'" + fifo + "'";
        program = product.start("exec", "--source", name, "--", "sh", "-c", loop);
        commands = Files.newBufferedWriter(fifo, UTF_8);
    }

    private void captured(String command) throws IOException {
        Path marker = place.disk.resolve("done-" + done++);
        commands.write(command + "; : >'" + marker + "'\n");
        commands.flush();
        Awaitility.await().atMost(LIMIT).pollInterval(Duration.ofMillis(5)).until(() -> {
            program.requireAlive();
            return Files.exists(marker);
        });
    }

    private Ended terminate(String stage) throws Exception {
        stages.get(stage).process().destroy();
        return stages.get(stage).await(LIMIT);
    }

    private void kill(String stage) throws Exception {
        stages.get(stage).process().destroyForcibly().waitFor();
    }

    private void assertSame(Path expected, Path snapshot) throws Exception {
        Ended verified = product.run("verify", snapshot);
        assertThat(verified.status()).as(verified.err()).isZero();
        Files.delete(snapshot.resolve(".catchwater-manifest.json"));
        assertThat(TreeDifferences.between(expected, snapshot)).isEmpty();
    }

    private Path copyOfSource() throws IOException, InterruptedException {
        Path copy = place.disk.resolve("copy-" + done++);
        Process cp = new ProcessBuilder("cp", "-a", source.toString(), copy.toString()).start();
        assertThat(cp.waitFor()).isZero();
        return copy;
    }

    private static void assertOneEnd(ControlTopics topics, String id) {
        assertThat(topics.awaitEnd(id).getState())
                .as(topics.awaitEnd(id).toString())
                .isEqualTo(State.COMPLETED);
        assertThat(topics.ends(id)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bridge sink stream", "stream bridge sink", "sink stream bridge"})
    void startInAnyOrderAndEndWhenAsked(String order) throws Exception {
        boolean joined = false;
        for (String stage : List.of(order.split(" ", -1))) {
            start(stage);
            if (stages.containsKey("bridge") && !joined) {
                startProgram();
                captured("echo early >early; mkdir inner");
                joined = true;
            }
        }
        try (ControlTopics topics = new ControlTopics(KafkaForTests.deployment(), name)) {
            captured("echo more >inner/more; mv early renamed");
            Path destination = place.directory("snapshot");
            topics.snapshot(name + "-1", destination);
            assertOneEnd(topics, name + "-1");
            assertSame(source, destination);
            topics.snapshot(name + "-2", Files.createDirectory(place.disk.resolve("elsewhere")));
            assertThat(topics.awaitEnd(name + "-2").getErrorString()).contains("allowed prefix");
        }
        captured("rm -r inner; i=0; while [ $i -lt 2000 ]; do echo $i >>last; i=$((i + 1)); done");
        commands.close();
        assertThat(program.await(LIMIT).status()).isZero();
        Ended bridge = terminate("bridge");
        assertThat(bridge.status()).as(bridge.err()).isZero();
        assertThat(bridge.out()).contains("\"message_type\":\"summary\"", "\"complete\":true");
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> TreeDifferences.between(source, replica).isEmpty());
        for (String stage : List.of("stream", "sink")) {
            Ended ended = terminate(stage);
            assertThat(ended.status()).as(ended.err()).isZero();
        }
        assertThat(product.run("exec", "--source", name, "--", "true").status()).isEqualTo(10);
    }

    @Test
    void aSinkKilledInASnapshotMakesItAnew() throws Exception {
        startAll();
        startProgram();
        captured("echo before >before");
        Path asItWas = copyOfSource();
        try (ControlTopics topics = new ControlTopics(KafkaForTests.deployment(), name)) {
            Path destination = place.directory("snapshot");
            topics.snapshot(name + "-1", destination, SLOW);
            topics.awaitNext(name + "-1", SoleStagesIT::isUnderWay);
            captured("echo after >after; rm before");
            kill("sink");
            assertThat(topics.ends(name + "-1")).isEmpty();
            start("sink");
            assertOneEnd(topics, name + "-1");
            assertSame(asItWas, destination);
            endWithEqualReplica();
            assertThat(topics.ends(name + "-1")).hasSize(1);
        }
    }

    private static boolean isUnderWay(Status status) {
        return status.getState() == State.RUNNING && status.getBytesDone() > 0 && status.getPercentDone() < 90;
    }

    private void endWithEqualReplica() throws Exception {
        commands.close();
        assertThat(program.await(LIMIT).status()).isZero();
        assertThat(terminate("bridge").status()).isZero();
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> TreeDifferences.between(source, replica).isEmpty());
    }

    @Test
    void aSnapshotThatWasPausedIsStillPausedInTheNextSink() throws Exception {
        startAll();
        startProgram();
        captured("echo before >before");
        Path asItWas = copyOfSource();
        String id = name + "-1";
        try (ControlTopics topics = new ControlTopics(KafkaForTests.deployment(), name)) {
            Path destination = place.directory("snapshot");
            topics.snapshot(id, destination, SLOW);
            topics.awaitNext(id, SoleStagesIT::isUnderWay);
            topics.control(id + "-pause", "pause", id);
            topics.awaitNext(id, status -> status.getState() == State.PAUSED);
            captured("echo after >after");
            kill("sink");
            start("sink");
            Status paused = topics.awaitNext(id, status -> status.getState() == State.PAUSED);
            // Twice the time that the copy would take: the sink tells of itself once a second.
            for (int i = 0; i < 2 * BIG_BYTES / SLOW; i++) {
                topics.awaitNext("", status -> true);
            }
            Status later = topics.awaitNext(id, status -> true);
            assertThat(later.getState()).isEqualTo(State.PAUSED);
            assertThat(later.getBytesDone()).isEqualTo(paused.getBytesDone());
            assertThat(topics.ends(id)).isEmpty();
            topics.control(id + "-resume", "resume", id);
            assertOneEnd(topics, id);
            assertOneEnd(topics, id + "-pause");
            assertOneEnd(topics, id + "-resume");
            assertSame(asItWas, destination);
            endWithEqualReplica();
        }
    }

    @Test
    void aStreamProcessorKilledUnderLoadGoesOn() throws Exception {
        startAll();
        startProgram();
        Path go = place.disk.resolve("stop");
        commands.write(
                "i=0; while [ ! -e '" + go
                        + "' ]; do i=$((i + 1)); echo $i >>log; echo $i >n$((i % 50)); [ $((i % 7)) != 0 ] || mv n$((i % 50)) m; done\n");
        commands.flush();
        Awaitility.await().atMost(LIMIT).until(() -> Files.exists(replica.resolve("log")));
        awaitOnPage("stream", "running");
        kill("stream");
        awaitOnPage("stream", "silent");
        assertThat(onPage("bridge")).isEqualTo("running");
        try (ControlTopics topics = new ControlTopics(KafkaForTests.deployment(), name)) {
            Path during = place.directory("during");
            topics.snapshot(name + "-1", during);
            start("stream");
            assertOneEnd(topics, name + "-1");
            awaitOnPage("stream", "running");
            Files.createFile(go);
            captured(":");
            Path after = place.directory("after");
            topics.snapshot(name + "-2", after);
            assertOneEnd(topics, name + "-2");
            assertSame(source, after);
            Ended verified = product.run("verify", during);
            assertThat(verified.status()).as(verified.err()).isZero();
            assertThat(Files.readAllLines(source.resolve("log")))
                    .startsWith(Files.readAllLines(during.resolve("log")).toArray(String[]::new));
            endWithEqualReplica();
            assertThat(topics.ends(name + "-1")).hasSize(1);
        }
    }

    @Test
    void aReplicaInsideWhatIsWatchedIsRefusedByWhoeverComesSecond() throws Exception {
        replica = Files.createDirectory(source.resolve("replica"));
        start("sink");
        try (ControlTopics topics = new ControlTopics(KafkaForTests.deployment(), name)) {
            topics.awaitNext("", status -> true);
        }
        assertRefused("bridge", 24);
        assertThat(terminate("sink").status()).isZero();
        Path outside = Files.createDirectory(place.disk.resolve("outside"));
        source = outside;
        start("bridge");
        assertRefused("bridge", 11);
        replica = Files.createDirectory(outside.resolve("replica"));
        assertRefused("sink", 24);
        assertThat(terminate("bridge").status()).isZero();
    }

    private void assertRefused(String stage, int status) throws Exception {
        Ended refused = product.run(stage, arguments(stage));
        assertThat(refused.status()).as(refused.err()).isEqualTo(status);
        assertThat(refused.err()).startsWith("catchwater: ").hasLineCount(1);
    }

    private void awaitOnPage(String stage, String state) {
        Awaitility.await(stage + " " + state)
                .atMost(LIMIT)
                .until(() -> onPage(stage).equals(state));
    }

    /** What the sink's page says of a stage. */
    private String onPage(String stage) throws Exception {
        ObjectMapper json = new ObjectMapper();
        String url = json.readTree(stages.get("sink").out().lines().findFirst().orElseThrow())
                .path("page")
                .asText();
        String[] parts = url.split("\\?token=", -1);
        HttpRequest request = HttpRequest.newBuilder(URI.create(parts[0] + "api/sources"))
                .header("Authorization", "Bearer " + parts[1])
                .build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        for (JsonNode each : json.readTree(response.body())) {
            for (JsonNode part : each.path("stages")) {
                if (each.path("source").asText().equals(name)
                        && part.path("stage").asText().equals(stage)) {
                    return part.path("state").asText();
                }
            }
        }
        return "";
    }
}
