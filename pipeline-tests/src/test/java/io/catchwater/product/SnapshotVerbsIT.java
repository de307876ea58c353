package io.catchwater.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.catchwater.pipeline.TreeDifferences;
import io.catchwater.product.Product.Ended;
import io.catchwater.product.Product.Started;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a user can ask of snapshots: where they go, what they leave out, how fast, and what becomes of them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SnapshotVerbsIT {

    private static final String MANIFEST = ".catchwater-manifest.json";

    private ServedApp app;

    @BeforeAll
    void serve() throws Exception {
        app = new ServedApp();
    }

    @AfterAll
    void end() throws Exception {
        app.close();
    }

    @AfterEach
    void settle() throws Exception {
        app.settle();
    }

    private Ended snapshot(Path destination, Object... more) throws Exception {
        List<Object> arguments = new java.util.ArrayList<>(List.of("--source", "app", "--to", destination));
        arguments.addAll(List.of(more));
        return app.verb("snapshot", arguments.toArray());
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> names = Files.list(directory)) {
            return names.findAny().isEmpty();
        }
    }

    @Test
    void destinationsThatCannotBeUsedAreRefusedWithNumberAndReason() throws Exception {
        Path full = app.destination("full");
        Files.writeString(full.resolve("mine"), "mine");
        Path file = Files.writeString(full.resolveSibling("file"), "");
        assertRefused(24, 2, "does not exist", full.resolveSibling("missing"));
        assertRefused(24, 22, "is not a directory", file);
        assertRefused(24, 17, "is not empty", full);
        assertRefused(24, 22, "is inside the source", Files.createDirectory(app.source.resolve("inside")));
        assertRefused(24, 22, "is the source itself", app.source);
        assertRefused(24, 22, "is the replica itself", app.replica);
        Files.delete(app.source.resolve("inside"));
        assertThat(full.resolve("mine")).hasContent("mine");
        JsonNode last = app.sourceStatus().path("last_error");
        assertThat(last.path("error_code").asInt()).as("%s", last).isEqualTo(22);
        assertThat(last.path("error_string").asText()).contains("is the replica itself");
        assertThat(last.path("time").asText()).startsWith("20");
    }

    private void assertRefused(int status, int errno, String reason, Path destination) throws Exception {
        Ended ended = snapshot(destination, "--json");
        assertThat(ended.status()).as(ended.err()).isEqualTo(status);
        assertThat(ended.err()).hasLineCount(1).contains(reason);
        List<JsonNode> messages = ServedApp.messages(ended);
        JsonNode error = messages.get(messages.size() - 1);
        assertThat(error.path("message_type").asText()).isEqualTo("error");
        assertThat(error.path("error_code").asInt()).as("%s", error).isEqualTo(errno);
    }

    @Test
    void whatIsExcludedIsLeftOutWithEverythingBelowIt() throws Exception {
        Path destination = app.destination("excluded");
        Ended ended = snapshot(destination, "--exclude", "(source/logs/old($|/)|[[:alpha:]]+\\.log$|/f1[0-9]?$)");
        assertThat(ended.status()).as(ended.err()).isZero();
        assertThat(destination.resolve("logs/kept.txt")).hasContent("kept");
        assertThat(destination.resolve("kept-too")).hasContent("today");
        for (String name : List.of("logs/old", "logs/today.log", "f1", "f19")) {
            assertThat(destination.resolve(name)).doesNotExist();
        }
        assertThat(destination.resolve("f2")).exists();
        assertThat(app.verb("verify", destination).status()).isZero();
        assertThat(Files.readString(destination.resolve(MANIFEST))).contains("\"exclude\":\"(source/logs/old");

        Path other = app.destination("not-excluded");
        Ended bad = snapshot(other, "--exclude", "/a(b");
        assertThat(bad.status()).isEqualTo(2);
        assertThat(bad.err()).contains("missing closing )").contains("at character 1");
        Ended everything = snapshot(other, "--exclude", "/source/");
        assertThat(everything.status()).as(everything.err()).isNotZero();
        assertThat(everything.err()).contains("nothing would be left");
        assertThat(isEmpty(other)).isTrue();
    }

    @Test
    void theThrottleHoldsInEverySecondAndChangesAtOnce() throws Exception {
        long rate = 2_000_000;
        Path destination = app.destination("throttled");
        WrittenBytes written = WrittenBytes.below(destination);
        app.order("throttled", destination, "--throttle", "2MB/s");
        ServedApp.await(() -> written.last() > 5_000_000);
        written.requireAtMost(rate);
        Ended faster = app.verb("throttle", "throttled", "none");
        assertThat(faster.out()).contains("no limit");
        app.awaitState("throttled", "COMPLETED");
        written.close();
        assertThat(written.median(rate)).as("while it was limited").isGreaterThan((long) (rate * 0.9));
        assertThat(app.verb("verify", destination).status()).isZero();
    }

    @Test
    void aRateOfNothingStandsStillAndCaptureGoesOn() throws Exception {
        Path destination = app.destination("still");
        app.order("still", destination, "--throttle", "0");
        app.awaitState("still", "RUNNING");
        Ended captured =
                app.verb("exec", "--source", "app", "--", "sh", "-c", "echo during >" + app.source.resolve("during"));
        assertThat(captured.status()).as(captured.err()).isZero();
        assertThat(app.command("still").orElseThrow().path("bytes_done").asLong())
                .isZero();
        assertThat(app.verb("throttle", "still", "none").status()).isZero();
        app.awaitState("still", "COMPLETED");
        assertThat(destination.resolve("during")).doesNotExist();
        ServedApp.await(() -> Files.exists(app.replica.resolve("during")));
        Files.delete(app.source.resolve("during"));
    }

    @Test
    void aPausedSnapshotStaysPausedOverARestartAndACancelledOneLeavesNothing() throws Exception {
        Path destination = app.destination("paused");
        app.order("paused", destination, "--throttle", "1MB/s");
        ServedApp.await(() -> Files.exists(destination.resolve("f0")));
        assertThat(destination.resolve("INCOMPLETE")).content().contains("not a backup");
        Ended unsealed = app.verb("verify", destination);
        assertThat(unsealed.status()).isEqualTo(24);
        assertThat(unsealed.err()).contains("is not complete");
        assertThat(app.verb("pause", "paused").out()).contains("paused");
        app.awaitState("paused", "PAUSED");
        app.restart();
        assertThat(app.awaitState("paused", "PAUSED").path("error_code").asInt())
                .isZero();
        Path next = app.destination("next");
        app.order("next", next);
        app.awaitState("next", "ACCEPTED");
        ServedApp.await(
                () -> app.command("next").orElseThrow().path("text").asText().contains("Waiting for snapshot paused"));
        Ended busy = snapshot(app.destination("busy"), "--no-queue");
        assertThat(busy.status()).isEqualTo(11);
        assertThat(busy.err()).contains("is under way");
        assertThat(app.verb("resume", "paused").status()).isZero();
        Ended cancelled = app.verb("cancel", "paused");
        assertThat(cancelled.status()).as(cancelled.err()).isZero();
        assertThat(cancelled.out()).contains("cancelled");
        assertThat(isEmpty(destination)).isTrue();
        app.awaitState("next", "COMPLETED");
        assertThat(TreeDifferences.between(app.source, withoutManifest(next))).isEmpty();

        Ended again = app.verb("cancel", "paused");
        assertThat(again.status()).isEqualTo(10);
        assertThat(again.err()).contains("has ended already: cancelled");
        assertThat(app.verb("cancel", "nobody").status()).isEqualTo(10);
        assertThat(snapshot(destination).status()).isZero();
    }

    private static Path withoutManifest(Path snapshot) throws IOException {
        Files.delete(snapshot.resolve(MANIFEST));
        return snapshot;
    }

    @Test
    void anInterruptCancels() throws Exception {
        Path destination = app.destination("interrupted");
        Started verb = app.begin(
                "snapshot", "--source", "app", "--to", destination, "--throttle", "1MB/s", "--id", "interrupted");
        ServedApp.await(() -> Files.exists(destination.resolve("f0")));
        verb.interrupt();
        Ended ended = verb.await(ServedApp.LIMIT);
        assertThat(ended.status()).as(ended.err()).isEqualTo(130);
        assertThat(ended.err()).contains("cancelling snapshot interrupted").contains("cancelled");
        assertThat(isEmpty(destination)).isTrue();
        assertThat(app.command("interrupted").orElseThrow().path("state").asText())
                .isEqualTo("CANCELLED");
    }

    @Test
    void progressIsToldInTheShapesThatAreKnown() throws Exception {
        Path destination = app.destination("progress");
        Ended ended = snapshot(destination, "--throttle", "1.5MB/s", "--json", "--exclude", "/f1[0-9]$");
        assertThat(ended.status()).as(ended.err()).isZero();
        List<JsonNode> messages = ServedApp.messages(ended);
        assertThat(messages)
                .extracting(message -> message.path("message_type").asText())
                .containsOnly("status", "summary");
        String file = "/f\\d+";
        String part = "\\d+/\\d+ bytes";
        String shape = "Backup progress \\d+ bytes, \\d+ files\\.  \\d+ more files known of\\. "
                + "(Copying file " + app.source + file
                + "|Copying file: " + part + " done of " + app.source + file + " to " + destination + file + "\\."
                + "|Throttled: copied " + part + " of " + app.source + file + " to " + destination + file
                + "\\. Sleeping \\d\\.\\d\\ds for throttling\\.)";
        List<JsonNode> copying = messages.stream()
                .filter(message -> message.path("phase").asText().equals("copying"))
                .toList();
        assertThat(copying).hasSizeGreaterThan(1).allSatisfy(message -> {
            assertThat(message.path("text").asText()).matches(shape);
            assertThat(message.path("current_file").asText()).startsWith("f");
        });
        assertThat(copying).anySatisfy(message -> {
            assertThat(message.path("percent_done").asDouble()).isBetween(1.0, 99.0);
            assertThat(message.path("seconds_remaining").asDouble()).isPositive();
            assertThat(message.path("bytes_per_second").asLong()).isBetween(1_000_000L, 1_575_000L);
        });
        double elapsed =
                messages.get(messages.size() - 1).path("seconds_elapsed").asDouble();
        assertThat((double) messages.size()).isLessThanOrEqualTo(elapsed + 5);
    }

    @Test
    void aTerminalGetsOneLineThatIsKeptCurrent() throws Exception {
        Path destination = app.destination("terminal");
        String said = app.onTerminal("snapshot", "--source", "app", "--to", destination, "--throttle", "4MB/s");
        List<String> lines = List.of(said.split("\r\u001b\\[K", -1));
        assertThat(lines).as(said).hasSizeGreaterThan(3);
        assertThat(lines.subList(0, lines.size() - 1))
                .allSatisfy(line -> assertThat(line).hasSizeLessThan(80).doesNotContain("\n"));
        assertThat(said).containsPattern("copying +[0-9.]+ %").contains("limit 4.00 MB/s");
        assertThat(lines.get(lines.size() - 1)).contains("sealed in " + destination);
    }

    @Test
    void whatChangesFasterThanTheThrottleDoesNotConverge() throws Exception {
        Path end = app.place.disk.resolve("end");
        String script = "while [ ! -e %s ]; do head -c 400000 /dev/urandom >%s; sleep 0.1; done"
                .formatted(end, app.source.resolve("busy"));
        assertThat(app.verb("throttle", "--source", "app", "100kB/s").status()).isZero();
        Started program = app.begin("exec", "--source", "app", "--", "sh", "-c", script);
        try {
            ServedApp.await(() -> !app.sourceStatus().path("converging").asBoolean());
            JsonNode status = app.sourceStatus();
            assertThat(status.path("throttle").asLong()).isEqualTo(100_000);
            assertThat(status.path("changes_per_second").asLong()).isGreaterThan(100_000);
            assertThat(status.path("bytes_per_second").asLong()).isLessThan(120_000);
            Ended ended = snapshot(app.destination("behind"), "--timeout", "3s", "--id", "behind");
            assertThat(ended.status()).as(ended.err()).isEqualTo(25);
            assertThat(ended.err()).contains("does not converge").contains("of changes arrive");
        } finally {
            Files.createFile(end);
            program.await(ServedApp.LIMIT);
        }
        assertThat(app.verb("throttle", "--source", "app", "none").status()).isZero();
        app.awaitState("behind", "COMPLETED");
        assertThat(app.sourceStatus().path("converging").asBoolean()).isTrue();
        Files.delete(app.source.resolve("busy"));
    }

    @Test
    void verificationFindsWhateverWasChanged() throws Exception {
        Path destination = app.destination("verified");
        assertThat(snapshot(destination).status()).isZero();
        Ended part = app.verb("verify", destination, "--subset", "10%", "--json");
        assertThat(part.status()).as(part.err()).isZero();
        assertThat(ServedApp.messages(part).get(0).path("files_done").asInt()).isBetween(2, 4);
        assertThat(app.verb("verify", destination, "--subset", "0%").status()).isEqualTo(2);

        Path file = destination.resolve("f3");
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
            opened.seek(1000);
            int before = opened.read();
            opened.seek(1000);
            opened.write(before ^ 1);
        }
        assertDifferent(destination, "f3: has other bytes");
        Files.delete(destination.resolve("f4"));
        assertDifferent(destination, "f4: is in the manifest and not in the directory");
        Files.writeString(destination.resolve("more"), "");
        assertDifferent(destination, "more: is not in the manifest");
        Files.writeString(destination.resolve("logs/kept.txt"), "longer");
        assertDifferent(destination, "logs/kept.txt: has 6 bytes, had 4");
        Files.setPosixFilePermissions(destination.resolve("f5"), PosixFilePermissions.fromString("rwx------"));
        assertDifferent(destination, "f5: has mode 0700");
        assertDifferent(destination, "5 differences");
        String manifest = Files.readString(destination.resolve(MANIFEST));
        Files.writeString(destination.resolve(MANIFEST), manifest.replace("\"size\":4", "\"size\":5"));
        assertDifferent(destination, "its checksum is wrong");
    }

    private void assertDifferent(Path directory, String words) throws Exception {
        Ended ended = app.verb("verify", directory);
        assertThat(ended.status()).as(ended.err()).isEqualTo(23);
        assertThat(ended.out() + ended.err()).contains(words);
    }
}
