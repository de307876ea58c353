package io.catchwater.product;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.pipeline.CProgram;
import io.catchwater.pipeline.TreeDifferences;
import io.catchwater.pipeline.Workplace;
import io.catchwater.product.Product.Ended;
import io.catchwater.product.Product.Started;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A program that asks for io_uring: denied it and named in the log, or granted it and named in every snapshot. */
final class IoUringIT {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static final String LOADED = "import ctypes, os, sys; arguments = [os.fsencode(a) for a in sys.argv[1:]];"
            + " ctypes.CDLL(sys.argv[1]).main(len(arguments), (ctypes.c_char_p * len(arguments))(*arguments))";

    @Test
    void isDeniedAndTheLogNamesTheProgram() throws Exception {
        try (Workplace place = new Workplace();
                Product product = new Product(place.directory("product"))) {
            Setting setting = new Setting(place, product, List.of());
            assertThat(setting.answer()).isEqualTo("denied");
            assertThat(setting.snapshot("denied", "--strict").status()).isZero();
            Ended ended = setting.end();
            assertThat(ended.err()).doesNotContain("captured");
            assertThat(Files.readString(product.log())).contains(setting.program + " (process ", "was denied io_uring");
        }
    }

    @Test
    void isGrantedWhenAskedForAndEverySnapshotSaysSo() throws Exception {
        try (Workplace place = new Workplace();
                Product product = new Product(place.directory("product"))) {
            Setting setting = new Setting(place, product, List.of("--allow-io-uring"));
            assertThat(setting.answer()).isEqualTo("granted");
            // The block that was written unseen was there before the one that was seen.
            for (String name : new String[] {"one", "two"}) {
                Ended taken = setting.snapshot(name);
                assertThat(taken.status()).as(taken.err()).isEqualTo(22);
                assertThat(taken.err()).contains(setting.program + " has io_uring");
            }
            assertThat(setting.snapshot("allowed", "--allow-unseen").status()).isZero();
            assertThat(setting.end().err()).contains(setting.program + " had io_uring");
        }
    }

    /** A library that is loaded later and makes the call by itself is not patched; what it has is seen. */
    @Test
    void whoGetsItUnseenIsFound() throws Exception {
        try (Workplace place = new Workplace();
                Product product = new Product(place.directory("product"))) {
            Setting setting = new Setting(place, product, List.of(), "-shared", "-fPIC", "-DHIDDEN");
            assertThat(setting.answer()).isEqualTo("granted");
            Ended taken = setting.snapshot("one");
            assertThat(taken.status()).as(taken.err()).isEqualTo(22);
            assertThat(taken.err()).containsPattern("python3.* has io_uring");
            assertThat(setting.snapshot("allowed", "--allow-unseen").status()).isZero();
            assertThat(setting.end().err()).containsPattern("python3.* had io_uring");
        }
    }

    /** A program that has written its blocks and waits. */
    private static final class Setting {
        private final Workplace place;
        private final Product product;
        private final Path source;
        private final Path replica;
        private final Path go;
        private final Path ready;
        private final Path end;
        private final Path program;
        private final Started run;

        /** @param build further options of the compiler; with some a library is made, which Python loads */
        Setting(Workplace place, Product product, List<String> options, String... build) throws Exception {
            this.place = place;
            this.product = product;
            this.source = Files.createDirectory(place.disk.resolve("source"));
            this.replica = Files.createDirectory(place.disk.resolve("replica"));
            this.go = place.disk.resolve("go");
            this.ready = place.disk.resolve("ready");
            this.end = place.disk.resolve("end");
            this.program = new CProgram(place, "io_uring", build).binary().toRealPath();
            List<Object> arguments = new ArrayList<>(List.of("--source", "app=" + source, "--replica", replica));
            arguments.addAll(options);
            arguments.add("--");
            if (build.length > 0) {
                arguments.addAll(List.of("/usr/bin/python3", "-c", LOADED));
            }
            arguments.addAll(List.of(program, source.resolve("file"), go, ready, end));
            this.run = product.start("run", arguments.toArray());
        }

        /** Lets it write when a snapshot has been made: the base copy has not read what it writes. */
        String answer() throws Exception {
            Awaitility.await().atMost(LIMIT).until(() -> {
                run.requireAlive();
                return Files.exists(source.resolve("file"));
            });
            snapshot("before");
            Files.createFile(go);
            Awaitility.await().atMost(LIMIT).until(() -> {
                run.requireAlive();
                return Files.exists(ready) && Files.size(ready) > 0;
            });
            return Awaitility.await().until(() -> Files.readString(ready), said -> !said.isEmpty());
        }

        Ended snapshot(String name, String... options) throws Exception {
            Path to = Files.createDirectory(place.disk.resolve(name));
            List<Object> arguments = new ArrayList<>(List.of("--source", "app", "--to", to));
            arguments.addAll(List.of(options));
            Ended taken = product.run("snapshot", arguments.toArray());
            assertThat(to.resolve("file")).hasSameBinaryContentAs(source.resolve("file"));
            return taken;
        }

        Ended end() throws Exception {
            Files.createFile(end);
            Ended ended = run.await(LIMIT);
            assertThat(ended.status()).as(ended.err()).isZero();
            assertThat(TreeDifferences.between(source, replica)).isEmpty();
            return ended;
        }
    }
}
