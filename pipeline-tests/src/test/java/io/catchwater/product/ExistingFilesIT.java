package io.catchwater.product;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.pipeline.TreeDifferences;
import io.catchwater.pipeline.Workplace;
import io.catchwater.product.Product.Ended;
import io.catchwater.product.Product.Started;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * A source that holds files when capture begins: they are copied while programs change them. How much there is says the
 * property {@code catchwater.existing.mebibytes}; half of it is one file.
 */
final class ExistingFilesIT {

    private static final int MEBIBYTES = Integer.getInteger("catchwater.existing.mebibytes", 160);
    private static final int MEBIBYTE = 1 << 20;
    private static final int SMALL_FILES = 2000;
    private static final int SMALL_BYTES_LIMIT = 16 << 10;
    private static final int FILES_IN_DIRECTORY = 50;
    private static final String MANIFEST = ".catchwater-manifest.json";
    private static final Duration END_LIMIT = Duration.ofMinutes(5);

    /** Overwrites, cuts, extends, moves, removes, makes; until a file called stop is beside the source. */
    private static final String CHANGES = """
            RANDOM=$2
            cd "$1"
            touch ../began
            while [ ! -e ../stop ]; do
              at=$((RANDOM * 32768 + RANDOM))
              dd if=/dev/urandom of=big/0 bs=5000 count=7 seek=$((at % BLOCKS)) conv=notrunc status=none
              dd if=/dev/urandom of=big/1 bs=300000 count=1 seek=$((at % 50)) conv=notrunc status=none
              truncate -s $((at % 3000000)) big/2
              echo "$at" >>"small/$((RANDOM % 40))/appended"
              mv "small/$((RANDOM % 40))" "small/moved" && mv small/moved "small/$((40 + RANDOM % 1000))"
              rm -f "small/$((RANDOM % 40))/$((RANDOM % 50))"
              cp -p big/2 "small/$((RANDOM % 40))/copied$((RANDOM % 9))"
              ln -sf "$at" small/link
              mkdir -p "made/$((at % 97))/$((at % 13))"
            done 2>/dev/null
            true
            """;

    private final long seed = Long.getLong("catchwater.seed", new Random().nextInt(30_000));

    @Test
    void areCopiedWhileTheyChange() throws Exception {
        try (Workplace place = new Workplace();
                Product product = new Product(place.directory("product"))) {
            Path source = Files.createDirectory(place.disk.resolve("source"));
            Path replica = Files.createDirectory(place.disk.resolve("replica"));
            Path snapshot = Files.createDirectory(place.disk.resolve("snapshot"));
            make(source);
            Files.writeString(place.disk.resolve("changes"), CHANGES);
            String blocks = "BLOCKS=" + (MEBIBYTES / 2L * MEBIBYTE / 5000 - 7);
            Started run = product.start(
                    "run",
                    "--source",
                    "app=" + source,
                    "--replica",
                    replica,
                    "--",
                    "env",
                    blocks,
                    "bash",
                    place.disk.resolve("changes"),
                    source,
                    seed);

            Awaitility.await().atMost(END_LIMIT).until(() -> {
                run.requireAlive();
                return Files.exists(place.disk.resolve("began"));
            });
            // Before the first base copy is complete there is no cut.
            Ended taken = product.run("snapshot", "--source", "app", "--to", snapshot, "--id", "during");
            run.requireAlive();
            Files.createFile(place.disk.resolve("stop"));
            Ended ended = run.await(END_LIMIT);
            assertThat(ended.status()).as("seed %d: %s", seed, ended.err()).isZero();
            assertThat(taken.err() + ended.err()).as("seed %d", seed).doesNotContain("captured");
            assertThat(TreeDifferences.between(source, replica))
                    .as("seed %d", seed)
                    .isEmpty();

            assertThat(taken.status()).as("seed %d: %s", seed, taken.err()).isZero();
            Ended verified = product.run("verify", snapshot);
            assertThat(verified.status())
                    .as("seed %d: %s", seed, verified.err() + verified.out())
                    .isZero();
            Path restored = place.disk.resolve("restored");
            Ended restoring = product.run("restore", "--source", "app", "--to", restored, "--at", "snapshot:during");
            assertThat(restoring.status())
                    .as("seed %d: %s", seed, restoring.err())
                    .isZero();
            Files.delete(snapshot.resolve(MANIFEST));
            Files.delete(restored.resolve(MANIFEST));
            assertThat(TreeDifferences.between(snapshot, restored))
                    .as("seed %d", seed)
                    .isEmpty();
            System.out.printf("seed %d: %d MiB copied while they changed; %s", seed, MEBIBYTES, taken.out());
        }
    }

    private void make(Path source) throws IOException {
        Random random = new Random(seed);
        Files.createDirectory(source.resolve("big"));
        int left = MEBIBYTES;
        for (int number = 0; left > 1; number++) {
            fill(source.resolve("big/" + number), (long) (left / 2) * MEBIBYTE, random);
            left -= left / 2;
        }
        for (int number = 0; number < SMALL_FILES; number++) {
            Path directory = Files.createDirectories(source.resolve("small/" + number / FILES_IN_DIRECTORY));
            Path file = directory.resolve("" + number % FILES_IN_DIRECTORY);
            fill(file, number % 20 == 0 ? 0 : random.nextInt(SMALL_BYTES_LIMIT), random);
        }
        Files.createDirectories(source.resolve("empty/inner"));
        Files.createSymbolicLink(source.resolve("small/link"), Path.of("../big/0"));
        Files.createSymbolicLink(source.resolve("dangling"), Path.of("nowhere"));
        Files.createLink(source.resolve("second-name"), source.resolve("big/1"));
    }

    private static void fill(Path file, long bytes, Random random) throws IOException {
        byte[] content = new byte[(int) Math.min(bytes, MEBIBYTE)];
        try (var out = Files.newOutputStream(file)) {
            for (long written = 0; written < bytes; written += content.length) {
                random.nextBytes(content);
                out.write(content, 0, (int) Math.min(content.length, bytes - written));
            }
        }
    }
}
