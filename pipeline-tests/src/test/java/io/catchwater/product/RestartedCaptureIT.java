package io.catchwater.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.catchwater.pipeline.Workplace;
import io.catchwater.product.Product.Ended;
import io.catchwater.product.Product.Started;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.control.CatalogEntry;
import io.catchwater.schemas.control.Gap;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The capture is started again while its program lives: every face of the product says that the program is not captured. */
final class RestartedCaptureIT {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int NOT_CAPTURED = 22;

    private Path source;
    private Path stop;
    private Product product;
    private Workplace place;

    @BeforeEach
    void prepare() throws Exception {
        place = new Workplace();
        product = new Product(place.directory("product"));
        source = Files.createDirectory(place.disk.resolve("source"));
        stop = place.disk.resolve("stop");
    }

    @AfterEach
    void end() throws Exception {
        product.close();
        place.close();
    }

    @Test
    void isDegradedUntilTheProgramIsRestarted() throws Exception {
        Started run = run();
        Started program = program();
        assertThat(awaitStatus(0).path("health").asText()).isEqualTo("ok");
        run.interrupt();
        assertThat(run.await(LIMIT).status())
                .as("its program has a file open still, and was captured")
                .isZero();

        run = run();
        JsonNode status = awaitStatus(NOT_CAPTURED);
        assertThat(status.path("health").asText()).isEqualTo("degraded");
        assertThat(status.path("uncaptured")).hasSize(1);
        JsonNode writer = status.path("uncaptured").get(0);
        assertThat(writer.path("reason").asText()).isEqualTo("EARLIER_CAPTURE");
        assertThat(writer.path("path").asText()).isEqualTo("file");
        Ended text = product.ask("status");
        assertThat(text.status()).isEqualTo(NOT_CAPTURED);
        assertThat(text.out())
                .contains("DEGRADED", "(pid " + writer.path("pid").asText() + ") since ", "1 file open for writing")
                .contains("restart it with 'catchwater exec --source app -- ");
        assertThat(snapshot("unseen").status()).isEqualTo(NOT_CAPTURED);
        JsonNode manifest = new ObjectMapper()
                .readTree(place.disk.resolve("unseen/.catchwater-manifest.json").toFile());
        assertThat(manifest.path("provablyCaptured").asBoolean(true)).isFalse();
        assertThat(manifest.path("unseen").findValuesAsText("kind")).contains("UNCAPTURED_WRITER");
        assertThat(product.ask("status", "--id", "unseen").status()).isEqualTo(NOT_CAPTURED);
        assertThat(snapshot("allowed", "--allow-unseen").status()).isZero();
        assertThat(product.ask("status", "--id", "allowed").status()).isZero();
        assertThat(gaps())
                .hasSize(1)
                .allSatisfy(gap -> assertThat(gap.getToLsn()).isZero());

        Files.createFile(stop);
        assertThat(program.await(LIMIT).status()).isZero();
        Files.delete(stop);
        program = program();
        status = awaitStatus(0);
        assertThat(status.path("uncaptured")).isEmpty();
        assertThat(status.path("captured").findValuesAsText("program")).isNotEmpty();
        Ended captured = snapshot("captured");
        assertThat(captured.status()).as(captured.err()).isZero();
        assertThat(gaps())
                .hasSize(1)
                .allSatisfy(gap -> assertThat(gap.getToLsn()).isGreaterThan(gap.getFromLsn()));
        Files.createFile(stop);
        assertThat(program.await(LIMIT).status()).isZero();
        run.interrupt();
        assertThat(run.await(LIMIT).status()).isZero();
    }

    private Started run() throws Exception {
        Started run = product.start(
                "run",
                "--source",
                "app=" + source,
                "--replica",
                Files.createDirectories(place.disk.resolve("replica")));
        Awaitility.await().atMost(LIMIT).until(() -> {
            run.requireAlive();
            return run.out().contains("ready in");
        });
        return run;
    }

    private Started program() throws Exception {
        String script = "exec 3>>%s; echo begins >&3; while [ ! -e %s ]; do echo x >&3; sleep 0.1; done"
                .formatted(source.resolve("file"), stop);
        long before = Files.exists(source.resolve("file")) ? Files.size(source.resolve("file")) : 0;
        Started program = product.start("exec", "--source", "app", "--", "sh", "-c", script);
        Awaitility.await().atMost(LIMIT).until(() -> {
            program.requireAlive();
            return Files.exists(source.resolve("file")) && Files.size(source.resolve("file")) > before;
        });
        return program;
    }

    /** The source's status when the replica follows, and the verb ends so. */
    private JsonNode awaitStatus(int exit) {
        JsonNode[] found = new JsonNode[1];
        Awaitility.await().atMost(LIMIT).until(() -> {
            Ended ended = product.ask("status", "--json");
            found[0] = ServedApp.messages(ended).stream()
                    .filter(each -> !each.has("id"))
                    .findFirst()
                    .orElse(null);
            return ended.status() == exit
                    && found[0] != null
                    && found[0].path("age_seconds").asDouble() < 5
                    && found[0].path("phase").asText().equals("following");
        });
        return found[0];
    }

    private Ended snapshot(String id, String... more) throws Exception {
        Path to = Files.createDirectory(place.disk.resolve(id));
        List<Object> arguments = new ArrayList<>(List.of("--source", "app", "--to", to, "--id", id));
        arguments.addAll(List.of(more));
        return product.run("snapshot", arguments.toArray());
    }

    /** As the catalog has them last. */
    private List<Gap> gaps() throws Exception {
        Map<String, Gap> gaps = new TreeMap<>();
        SourceTopics.of(product).read(Topics.CATALOG, CatalogEntry.class).forEach(record -> {
            if (record.value().getEntry() instanceof Gap gap && record.key().startsWith("app/gap/UNCAPTURED/")) {
                gaps.put(record.key(), gap);
            }
        });
        return List.copyOf(gaps.values());
    }
}
