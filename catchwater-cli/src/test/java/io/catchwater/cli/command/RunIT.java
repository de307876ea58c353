package io.catchwater.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.cli.Main;
import io.catchwater.cli.progress.ConsoleOfTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs, one after the other, on one embedded broker, with real programs under the hook. */
final class RunIT {

    private static final Pattern MOMENT = Pattern.compile("([0-9A-F]+/[0-9A-F]+) \\(([^)]+Z)\\)");
    private static final Map<String, String> ENVIRONMENT = Map.of("PATH", "/usr/bin:/bin");

    @TempDir
    private Path directory;

    private Path source;
    private Path replica;
    private Path snapshot;

    private record Ended(int status, String out, String err) {}

    @BeforeEach
    void makeDirectories() throws IOException {
        source = Files.createDirectory(directory.resolve("source"));
        replica = Files.createDirectory(directory.resolve("replica"));
        snapshot = Files.createDirectory(directory.resolve("snapshot"));
        Files.writeString(source.resolve("before"), "there before capture began");
    }

    @Test
    void backsUpWhatAProgramDoesAndBringsItBack() throws Exception {
        Path go = directory.resolve("go");
        CompletableFuture<Ended> run = CompletableFuture.supplyAsync(
                () -> run("cd " + source + "; echo early > early; mkdir inner; while [ ! -e " + go
                        + " ]; do sleep 0.1; done; echo late > inner/late; rm before; exit 7"));
        Awaitility.await().atMost(java.time.Duration.ofMinutes(3)).until(() -> {
            assertThat(run).isNotCompletedExceptionally();
            return run.isDone() || Files.exists(source.resolve("inner"));
        });

        Ended taken = verb("snapshot", "--source", "app", "--to", snapshot.toString(), "--id", "middle");
        assertThat(taken.status()).as(taken.err()).isZero();
        assertThat(taken.out()).contains("snapshot middle of app: sealed in " + snapshot);
        assertThat(verb("snapshot", "--source", "nobody", "--to", snapshot.toString())
                        .status())
                .isEqualTo(10);
        assertThat(verb("snapshot", "--source", "app", "--to", snapshot.toString())
                        .status())
                .isEqualTo(24);
        assertThat(verb("status").out()).contains("app", replica.toString());
        assertThat(run(":").status()).as("a second run of one source").isEqualTo(11);

        Files.createFile(go);
        Ended ended = run.join();
        assertThat(ended.status()).as(ended.err()).isEqualTo(7);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).doesNotContain("captured");
        assertThat(content(replica)).isEqualTo(content(source)).containsKey("inner/late");

        verifies();
        restores();
        restoresBetweenTwoRuns();
    }

    private void verifies() throws IOException {
        Ended same = verb("verify", snapshot.toString());
        assertThat(same.status()).as(same.err()).isZero();
        assertThat(content(snapshot)).containsKeys("before", "early", "inner").doesNotContainKey("inner/late");
        Files.writeString(snapshot.resolve("early"), "EARLY");
        Ended different = verb("verify", snapshot.toString());
        assertThat(different.status()).isEqualTo(23);
        assertThat(different.out()).contains("early: ");
        assertThat(verb("verify", source.toString()).status()).isEqualTo(24);
    }

    /** Nothing runs any more: these start the broker themselves. */
    private void restores() throws IOException {
        assertThat(verb("list").out())
                .contains("middle", "nothing captures it now")
                .doesNotContainPattern("\\) +now\\b");
        assertThat(verb("exec", "--source", "app", "--", "true").status()).isEqualTo(10);

        Ended latest = restore("latest");
        assertThat(latest.status()).as(latest.err()).isZero();
        assertThat(content(directory.resolve("latest"))).isEqualTo(content(source));

        Ended middle = restore("snapshot:middle");
        assertThat(middle.status()).as(middle.err()).isZero();
        assertThat(content(directory.resolve("snapshot:middle")))
                .containsKey("before")
                .doesNotContainKey("inner/late");

        Ended beyond = restore("ffff/1");
        assertThat(beyond.status()).isEqualTo(20);
        assertThat(beyond.err()).hasLineCount(1);
        assertThat(directory.resolve("ffff-1")).doesNotExist();
        assertThat(restore("snapshot:none").status()).isEqualTo(10);
        assertThat(restore("yesterday").status()).isEqualTo(2);
    }

    /** Nobody captured between two runs: a moment there is refused, and what can be asked for instead is named. */
    private void restoresBetweenTwoRuns() throws IOException {
        Map<String, String> first = content(source);
        String between = Instant.now().plusSeconds(2).toString();
        Awaitility.await()
                .until(() -> Instant.now().isAfter(Instant.parse(between).plusSeconds(1)));
        Ended second = run("echo wrong >" + source.resolve("early"));
        assertThat(second.status()).as(second.err()).isZero();

        Ended refused = restore(between);
        assertThat(refused.status()).as(refused.err()).isEqualTo(20);
        assertThat(directory.resolve(between)).doesNotExist();
        Matcher named = MOMENT.matcher(refused.err());
        assertThat(named.find()).as(refused.err()).isTrue();
        for (String at : List.of(named.group(1), named.group(2))) {
            Ended earlier = restore(at);
            assertThat(earlier.status()).as(earlier.err()).isZero();
            assertThat(content(directory.resolve(at.replace('/', '-')))).isEqualTo(first);
        }
        assertThat(named.find()).as(refused.err()).isTrue();
        assertThat(named.group(1)).startsWith("2/");
        Ended nearest = restore(between, "--nearest", "--dry-run");
        assertThat(nearest.status()).as(nearest.err()).isZero();
        assertThat(nearest.out()).contains("before the moment asked for", "2 files");
        assertThat(verb("list").out()).containsPattern("app .* 1/[0-9A-F]+ .*nobody captured");
    }

    private Ended run(String script) {
        return verb("run", "--source", "app=" + source, "--replica", replica.toString(), "--", "sh", "-c", script);
    }

    private Ended restore(String at, String... more) {
        String to = directory.resolve(at.replace('/', '-')).toString();
        List<String> arguments = new ArrayList<>(List.of("--source", "app", "--at", at, "--to", to));
        arguments.addAll(Arrays.asList(more));
        return verb("restore", arguments.toArray(String[]::new));
    }

    private Ended verb(String verb, String... arguments) {
        List<String> all = new ArrayList<>(
                List.of(verb, "--data-dir", directory.resolve("data").toString()));
        all.addAll(Arrays.asList(arguments));
        ConsoleOfTest console = new ConsoleOfTest(ENVIRONMENT);
        int status = Main.run(console.console(), all.toArray(String[]::new));
        return new Ended(status, console.out(), console.err());
    }

    /** Paths and what is there, without the manifest. */
    private static Map<String, String> content(Path root) throws IOException {
        Map<String, String> content = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.toList()) {
                String name = root.relativize(path).toString();
                if (!name.isEmpty() && !name.equals(".catchwater-manifest.json")) {
                    content.put(name, Files.isDirectory(path) ? "" : Files.readString(path));
                }
            }
        }
        return content;
    }
}
