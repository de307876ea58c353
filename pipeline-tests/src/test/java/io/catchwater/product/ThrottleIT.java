package io.catchwater.product;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.pipeline.TreeDifferences;
import io.catchwater.pipeline.Workplace;
import io.catchwater.product.Product.Ended;
import io.catchwater.product.Product.Started;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.event.Chunk;
import io.catchwater.schemas.event.Event;
import io.catchwater.schemas.event.Written;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The base copy keeps to its rate, second by second, and to another from the moment on that it is commanded. */
final class ThrottleIT {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration SOON = Duration.ofMillis(20);
    private static final long RATE = 2_000_000;
    private static final int LARGE = 8_000_000;
    private static final int SMALL = 40_000;
    private static final int SMALL_FILES = 100;
    private static final long TOTAL = LARGE + (long) SMALL * SMALL_FILES;

    private Workplace place;
    private Product product;
    private Path source;
    private Path replica;
    private Path end;

    /** Bytes that were read at a time, milliseconds since 1970. */
    private record Reading(long atMs, long bytes) {}

    @BeforeEach
    void fill() throws IOException {
        place = new Workplace();
        product = new Product(place.directory("product"));
        source = Files.createDirectory(place.disk.resolve("source"));
        replica = Files.createDirectory(place.disk.resolve("replica"));
        end = place.disk.resolve("end");
        Random random = new Random(1);
        write("large", LARGE, random);
        for (int i = 0; i < SMALL_FILES; i++) {
            write("small-" + i, SMALL, random);
        }
    }

    private void write(String name, int bytes, Random random) throws IOException {
        byte[] content = new byte[bytes];
        random.nextBytes(content);
        Files.write(source.resolve(name), content);
    }

    @AfterEach
    void close() throws IOException {
        product.close();
        place.close();
    }

    /** Starts a program that changes a file each tenth of a second, until it is told to end. */
    private Started run(String... more) throws Exception {
        Files.deleteIfExists(end);
        Files.deleteIfExists(source.resolve("began"));
        String script = "cd '%s'; : >began; while [ ! -e '%s' ]; do date +%%s%%N >changed; sleep 0.1; done"
                .formatted(source, end);
        List<Object> arguments = new ArrayList<>(List.of("--source", "app=" + source, "--replica", replica));
        arguments.addAll(List.of(more));
        arguments.addAll(List.of("--", "sh", "-c", script));
        Started started = product.start("run", arguments.toArray());
        await(started, () -> Files.exists(source.resolve("began")));
        return started;
    }

    private static void await(Started run, java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await().atMost(LIMIT).pollInterval(SOON).until(() -> {
            run.requireAlive();
            return condition.call();
        });
    }

    /** What has been copied since a time. */
    private static List<Reading> readings(SourceTopics topics, long sinceMs) {
        List<ConsumerRecord<String, Chunk>> chunks = topics.read(Topics.chunks("app"), Chunk.class);
        return chunks.stream()
                .map(each ->
                        new Reading(each.timestamp(), each.value().getContent().remaining()))
                .filter(each -> each.atMs() >= sinceMs)
                .sorted(Comparator.comparingLong(Reading::atMs))
                .toList();
    }

    private static long bytes(List<Reading> readings) {
        return readings.stream().mapToLong(Reading::bytes).sum();
    }

    private static long milliseconds(List<Reading> readings) {
        return readings.get(readings.size() - 1).atMs() - readings.get(0).atMs();
    }

    private static long mostInASecond(List<Reading> readings) {
        Deque<Reading> second = new ArrayDeque<>();
        long bytes = 0;
        long most = 0;
        for (Reading each : readings) {
            second.add(each);
            bytes += each.bytes();
            while (second.peek().atMs() <= each.atMs() - 1000) {
                bytes -= second.remove().bytes();
            }
            most = Math.max(most, bytes);
        }
        return most;
    }

    private void endCleanly(Started run) throws Exception {
        Files.createFile(end);
        Ended ended = run.await(LIMIT);
        assertThat(ended.status()).as(ended.err()).isZero();
        assertThat(TreeDifferences.between(source, replica)).isEmpty();
    }

    @Test
    void noSecondHasMoreThanTheRate() throws Exception {
        Started run = run("--throttle", "2MB/s");
        SourceTopics topics = SourceTopics.of(product);
        await(run, () -> bytes(readings(topics, 0)) >= TOTAL);
        List<Reading> all = readings(topics, 0);
        System.err.println("most in a second " + mostInASecond(all) + ", all in " + milliseconds(all) + " ms");
        assertThat(mostInASecond(all)).isBetween(RATE * 3 / 4, RATE + RATE / 20);
        // The upper limit is one for a machine that is used by others too.
        assertThat(milliseconds(all)).isBetween(TOTAL * 1000 / RATE * 19 / 20, TOTAL * 1000 / RATE * 4);
        endCleanly(run);
    }

    @Test
    void theRateIsChangedWhileItRunsAndHoldsForTheNextStart() throws Exception {
        Started run = run("--throttle", "200kB/s");
        SourceTopics topics = SourceTopics.of(product);
        await(run, () -> bytes(readings(topics, 0)) >= 200_000);
        topics.command("app", "{\"id\":\"stop\",\"type\":\"throttle\",\"data\":{\"throttle\":0}}");
        awaitRate(0);
        long stopped = bytes(readings(topics, 0));
        // The program's changes arrive as before, the copy's bytes do not.
        long changes = changes(topics);
        await(run, () -> changes(topics) >= changes + 5);
        assertThat(bytes(readings(topics, 0))).isEqualTo(stopped).isLessThan(TOTAL);

        long goesOnMs = System.currentTimeMillis();
        topics.command("app", "{\"id\":\"other\",\"type\":\"throttle\",\"data\":{\"throttle\":5,\"target\":\"none\"}}");
        topics.command("app", "{\"id\":\"go\",\"type\":\"throttle\",\"data\":{\"throttle\":3000000}}");
        await(run, () -> bytes(readings(topics, 0)) >= TOTAL);
        assertThat(mostInASecond(readings(topics, goesOnMs))).isBetween(2_000_000L, 3_150_000L);
        endCleanly(run);

        long againMs = System.currentTimeMillis();
        Started again = run();
        SourceTopics topicsAgain = SourceTopics.of(product);
        await(again, () -> bytes(readings(topicsAgain, againMs)) >= TOTAL);
        assertThat(mostInASecond(readings(topicsAgain, againMs))).isBetween(2_000_000L, 3_150_000L);
        endCleanly(again);
    }

    @Test
    void aRunThatEndsAtRateZeroSaysSo() throws Exception {
        Started run = run("--throttle", "0");
        SourceTopics topics = SourceTopics.of(product);
        Files.createFile(end);
        awaitOutput(run, "its rate is 0");
        assertThat(bytes(readings(topics, 0))).isZero();
        topics.command("app", "{\"id\":\"go\",\"type\":\"throttle\",\"data\":{\"throttle\":18446744073709551615}}");
        Ended ended = run.await(LIMIT);
        assertThat(ended.status()).as(ended.err()).isZero();
        assertThat(TreeDifferences.between(source, replica)).isEmpty();
    }

    private void awaitOutput(Started run, String words) {
        await(run, () -> run.err().contains(words));
    }

    private void awaitRate(long rate) {
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> Files.readString(product.log()).contains("keep to " + rate + " bytes per second"));
    }

    /** How often the program has written so far, as Kafka has it. */
    private static long changes(SourceTopics topics) {
        return topics.read(Topics.events("app"), Event.class).stream()
                .filter(each -> each.value().getBody() instanceof Written)
                .count();
    }
}
