package io.catchwater.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.catchwater.files.ExtendedAttributes;
import io.catchwater.pipeline.Workplace;
import io.catchwater.product.Product.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** File systems that snapshots go to: with too little room, elsewhere than allowed, and such as can share blocks. */
final class DestinationsIT {

    private static final String MANIFEST = ".catchwater-manifest.json";
    private static final long IMAGE_BYTES = 400L << 20;
    private static final int LARGE_BYTES = 60 << 20;

    @Test
    void onlyBelowTheAllowedDirectoryAndWhereThereIsRoom() throws Exception {
        assumeTrue(ExtendedAttributes.maySeeTrusted(), "only root may mount");
        try (Workplace place = new Workplace()) {
            Path allowed = Files.createDirectory(place.disk.resolve("allowed"));
            Path small = Files.createDirectory(allowed.resolve("small"));
            command("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", small);
            try (ServedApp app = new ServedApp("--allowed-prefix", allowed)) {
                Path sibling = Files.createDirectory(place.disk.resolve("allowed-not"));
                assertRefused(app, sibling, 22, "is not below the allowed prefix");
                Path link = Files.createSymbolicLink(allowed.resolve("link"), sibling);
                assertRefused(app, link, 40, "leads through a symlink");
                assertRefused(app, allowed.resolve("../allowed-not/x"), 22, "is not below the allowed prefix");
                assertRefused(app, small, 28, "has not enough room: 12");
                try (var names = Files.list(small)) {
                    assertThat(names).isEmpty();
                }
                Path good = Files.createDirectory(allowed.resolve("good"));
                Ended ended = app.verb("snapshot", "--source", "app", "--to", good);
                assertThat(ended.status()).as(ended.err()).isZero();
                whileItWaits(app, allowed);
            } finally {
                command("umount", small);
            }
        }
    }

    /** What is put at a destination's path meanwhile is not written to, and what is moved away not followed. */
    private static void whileItWaits(ServedApp app, Path allowed) throws Exception {
        app.order("first", Files.createDirectory(allowed.resolve("first")), "--throttle", "0");
        app.awaitState("first", "RUNNING");
        Path swapped = Files.createDirectory(allowed.resolve("swapped"));
        Path moved = Files.createDirectory(allowed.resolve("moved"));
        app.order("swapped", swapped);
        app.order("moved", moved);
        app.awaitState("swapped", "ACCEPTED");
        app.awaitState("moved", "ACCEPTED");
        Files.move(swapped, allowed.resolve("renamed"));
        Files.createSymbolicLink(swapped, app.replica);
        Files.move(moved, app.place.disk.resolve("moved"));
        Ended cancelled = app.verb("cancel", "first");
        assertThat(cancelled.status()).as(cancelled.err()).isZero();
        JsonNode sealed = app.awaitState("swapped", "COMPLETED");
        assertThat(sealed.path("path").asText()).endsWith("/allowed/renamed");
        assertThat(app.verb("verify", allowed.resolve("renamed")).status()).isZero();
        JsonNode refused = app.awaitState("moved", "FAILED");
        assertThat(refused.path("error_code").asInt()).as("%s", refused).isEqualTo(22);
        assertThat(app.sourceStatus().path("state").asText()).isEqualTo("RUNNING");
    }

    private static void assertRefused(ServedApp app, Path destination, int errno, String words) throws Exception {
        Ended ended = app.verb("snapshot", "--source", "app", "--to", destination, "--json");
        assertThat(ended.status()).as(ended.err()).isEqualTo(24);
        List<JsonNode> messages = ServedApp.messages(ended);
        JsonNode error = messages.get(messages.size() - 1);
        assertThat(error.path("error_code").asInt()).as("%s", error).isEqualTo(errno);
        assertThat(error.path("error_string").asText()).contains(words);
    }

    @Test
    void severalDirectoriesAreSubdirectories() throws Exception {
        try (Workplace place = new Workplace();
                Product product = new Product(place.directory("product"))) {
            Path data = Files.createDirectories(place.disk.resolve("one/data"));
            Path log = Files.createDirectories(place.disk.resolve("other/log"));
            Path replica = Files.createDirectory(place.disk.resolve("replica"));
            Path destination = Files.createDirectory(place.disk.resolve("snapshot"));
            Path end = place.disk.resolve("end");
            String script = "echo d >%s/file; echo l >%s/file; echo x >%s/left; while [ ! -e %s ]; do sleep 0.1; done"
                    .formatted(data, log, log, end);
            Product.Started run = product.start(
                    "run", "--source", "app=" + data + "," + log, "--replica", replica, "--", "sh", "-c", script);
            ServedApp.await(() -> {
                run.requireAlive();
                return Files.exists(replica.resolve("log/left"));
            });
            Ended ended =
                    product.run("snapshot", "--source", "app", "--to", destination, "--exclude", "^" + log + "/left$");
            assertThat(ended.status()).as(ended.err()).isZero();
            assertThat(destination.resolve("data/file")).hasContent("d");
            assertThat(destination.resolve("log/file")).hasContent("l");
            assertThat(destination.resolve("log/left")).doesNotExist();
            Files.createFile(end);
            assertThat(run.await(ServedApp.LIMIT).status()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"xfs", "btrfs"})
    void blocksAreSharedWhereTheFileSystemCan(String type) throws Exception {
        assumeTrue(ExtendedAttributes.maySeeTrusted(), "only root may mount");
        try (Workplace place = new Workplace()) {
            Product product = new Product(place.directory("product"));
            Path mounted = Files.createDirectory(place.disk.resolve("mounted"));
            Path image = place.disk.resolve("image");
            command("truncate", "-s", IMAGE_BYTES, image);
            command("/usr/sbin/mkfs." + type, "-q", image);
            assumeTrue(status("mount", "-o", "loop", image, mounted) == 0, "no loop device, or no " + type);
            try (product) {
                shareBlocks(place, product, mounted);
            } finally {
                // Files of processes that were killed are closed a moment later.
                ServedApp.await(() -> status("umount", mounted) == 0);
            }
        }
    }

    /** Five snapshots of 60 MB would not fit into what is left otherwise, and the fifth is as free to write as any. */
    private static void shareBlocks(Workplace place, Product product, Path mounted) throws Exception {
        Path source = Files.createDirectory(place.disk.resolve("source"));
        Path replica = Files.createDirectory(mounted.resolve("replica"));
        Path end = place.disk.resolve("end");
        String script = "head -c %d /dev/urandom >%s; while [ ! -e %s ]; do sleep 0.1; done"
                .formatted(LARGE_BYTES, source.resolve("large"), end);
        Product.Started run =
                product.start("run", "--source", "app=" + source, "--replica", replica, "--", "sh", "-c", script);
        ServedApp.await(() -> {
            run.requireAlive();
            return Files.exists(replica.resolve("large")) && Files.size(replica.resolve("large")) == LARGE_BYTES;
        });
        long freeBefore = 0;
        List<Path> snapshots = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Path destination = Files.createDirectory(mounted.resolve("snapshot" + i));
            Ended ended = product.run("snapshot", "--source", "app", "--to", destination);
            assertThat(ended.status()).as(ended.err()).isZero();
            snapshots.add(destination);
            freeBefore = i == 0 ? mounted.toFile().getUsableSpace() : freeBefore;
        }
        assertThat(freeBefore - mounted.toFile().getUsableSpace())
                .as("bytes that five more snapshots take")
                .isLessThan(LARGE_BYTES / 2);
        Files.createFile(end);
        assertThat(run.await(ServedApp.LIMIT).status()).isZero();
        Path last = snapshots.get(5);
        assertThat(product.run("verify", last).status()).isZero();
        // Not mapped by this process, which could not let go of the file system then.
        command("diff", "-r", "-x", MANIFEST, source, last);
    }

    private static void command(Object... words) throws IOException, InterruptedException {
        assertThat(status(words)).as("%s", Arrays.toString(words)).isZero();
    }

    private static int status(Object... words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Arrays.stream(words).map(Object::toString).toList())
                .inheritIO()
                .start();
        return process.waitFor();
    }
}
