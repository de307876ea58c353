package io.catchwater.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.catchwater.pipeline.TreeDifferences;
import io.catchwater.pipeline.Workplace;
import io.catchwater.product.Product.Ended;
import io.catchwater.product.Product.Started;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Programs without the hook change the source: that is found, named, and in the backup all the same. */
final class UncapturedIT {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    @Test
    void isNamedAndInTheBackup() throws Exception {
        try (Workplace place = new Workplace();
                Product product = new Product(place.directory("product"))) {
            Path source = Files.createDirectory(place.disk.resolve("source"));
            Path replica = Files.createDirectory(place.disk.resolve("replica"));
            Path end = place.disk.resolve("end");
            for (String name : new String[] {"written", "cut", "removed", "quiet"}) {
                Files.writeString(source.resolve(name), name + " before capture");
            }
            String script =
                    "cd %s; echo captured > captured; while [ ! -e %s ]; do sleep 0.1; done".formatted(source, end);
            Started run =
                    product.start("run", "--source", "app=" + source, "--replica", replica, "--", "sh", "-c", script);
            Awaitility.await().atMost(LIMIT).until(() -> {
                run.requireAlive();
                return Files.exists(source.resolve("captured"));
            });
            Ended clean = snapshot(product, place, "clean", "--strict");
            assertThat(clean.status()).as(clean.err()).isZero();
            assertThat(clean.err()).doesNotContain("not captured");

            // This process is not captured.
            Files.writeString(source.resolve("written"), "by nobody we know");
            Files.writeString(source.resolve("cut"), "");
            Files.delete(source.resolve("removed"));
            Files.writeString(
                    Files.createDirectories(source.resolve("made/inner")).resolve("file"), "new");
            Ended named = snapshot(product, place, "named");
            assertThat(named.status()).as(named.err()).isZero();
            assertThat(named.err()).contains("changed by").doesNotContain("quiet", "captured: changed");
            JsonNode manifest = new ObjectMapper()
                    .readTree(place.disk
                            .resolve("named/.catchwater-manifest.json")
                            .toFile());
            assertThat(manifest.path("provablyCaptured").asBoolean()).isTrue();
            assertThat(manifest.path("unseen").findValuesAsText("kind")).containsOnly("UNCAPTURED_CHANGE");
            assertThat(manifest.path("unseen").findValuesAsText("path"))
                    .contains("written", "cut", ".")
                    .doesNotContain("quiet", "captured");
            assertThat(TreeDifferences.between(source, manifestless(place.disk.resolve("named"))))
                    .isEmpty();

            Files.writeString(source.resolve("captured"), "changed by somebody else");
            assertThat(snapshot(product, place, "strict", "--strict").status()).isZero();

            Process writer =
                    new ProcessBuilder("sh", "-c", "exec >>" + source.resolve("written") + "; sleep 60").start();
            Awaitility.await()
                    .atMost(LIMIT)
                    .untilAsserted(() -> assertThat(Files.readSymbolicLink(Path.of("/proc/" + writer.pid() + "/fd/1"))
                                    .toString())
                            .endsWith("written"));
            Ended open = snapshot(product, place, "open");
            Ended allowed = snapshot(product, place, "allowed", "--allow-unseen");
            writer.descendants().forEach(ProcessHandle::destroy);
            writer.destroy();
            assertThat(open.status()).isEqualTo(22);
            assertThat(open.err()).contains("can change it and is not captured", "(process " + writer.pid() + ")");
            assertThat(allowed.status()).isZero();
            assertThat(allowed.err()).contains("can change it and is not captured");

            Files.writeString(source.resolve("quiet"), "changed at last");
            Files.createFile(end);
            Ended ended = run.await(LIMIT);
            assertThat(ended.status()).as(ended.err()).isZero();
            assertThat(ended.err()).contains("quiet: changed by");
            assertThat(TreeDifferences.between(source, replica)).isEmpty();
        }
    }

    private static Ended snapshot(Product product, Workplace place, String name, Object... more) throws Exception {
        Path to = Files.createDirectory(place.disk.resolve(name));
        Object[] arguments = java.util.stream.Stream.concat(
                        java.util.stream.Stream.of("--source", "app", "--to", to), java.util.stream.Stream.of(more))
                .toArray();
        return product.run("snapshot", arguments);
    }

    private static Path manifestless(Path snapshot) throws java.io.IOException {
        Files.delete(snapshot.resolve(".catchwater-manifest.json"));
        return snapshot;
    }
}
