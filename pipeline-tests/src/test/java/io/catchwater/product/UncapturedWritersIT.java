package io.catchwater.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.catchwater.files.ExtendedAttributes;
import io.catchwater.pipeline.TreeDifferences;
import io.catchwater.pipeline.Workplace;
import io.catchwater.product.Product.Ended;
import io.catchwater.product.Product.Started;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who changes the source without the hook is named, also when it has long ended. Needs root; skipped without. */
final class UncapturedWritersIT {

    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final String BEFORE = "0123456789 before capture\n";

    private Workplace place;
    private Product product;
    private Path source;
    private Path replica;
    private Path fifo;
    private Writer commands;
    private Started run;
    private int done;
    private int snapshots;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(ExtendedAttributes.maySeeTrusted());
        place = new Workplace();
        product = new Product(place.directory("product"));
        source = Files.createDirectory(place.disk.resolve("source"));
        replica = Files.createDirectory(place.disk.resolve("replica"));
        fifo = place.disk.resolve("commands");
        // Somebody else has to reach the files, by another user's program.
        Files.setPosixFilePermissions(place.disk, PosixFilePermissions.fromString("rwxr-xr-x"));
        require("mkfifo", fifo.toString());
        for (int i = 0; i < 7; i++) {
            Path file = Files.writeString(source.resolve("f" + i), BEFORE);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        }
        String loop = "cd '" + source + "'; while read -r line; do eval \"$line\"; done <'" + fifo + "'";
        run = product.start("run", "--source", "app=" + source, "--replica", replica, "--", "sh", "-c", loop);
        commands = Files.newBufferedWriter(fifo);
        captured(": >made");
    }

    @AfterEach
    void end() throws Exception {
        if (product != null) {
            product.close();
            place.close();
        }
    }

    private static void require(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", List.of(command), said).isZero();
    }

    /** Has the captured shell run a command. */
    private void captured(String command) throws IOException {
        Path marker = place.disk.resolve("done-" + done++);
        commands.write(command + "; : >'" + marker + "'\n");
        commands.flush();
        Awaitility.await().atMost(LIMIT).pollInterval(Duration.ofMillis(5)).until(() -> {
            run.requireAlive();
            return Files.exists(marker);
        });
    }

    private Path stamp(String name, String... flags) throws Exception {
        Path binary = place.disk.resolve(name);
        List<String> command = new ArrayList<>(List.of("gcc", "-O2", "-o", binary.toString(), "src/test/c/stamp.c"));
        command.addAll(List.of(flags));
        require(command.toArray(String[]::new));
        return binary;
    }

    private Ended snapshot(String... more) throws Exception {
        Path to = Files.createDirectory(place.disk.resolve("snapshot-" + snapshots++));
        List<Object> arguments = new ArrayList<>(List.of("--source", "app", "--to", to));
        arguments.addAll(List.of(more));
        Ended ended = product.run("snapshot", arguments.toArray());
        Files.deleteIfExists(to.resolve(".catchwater-manifest.json"));
        if (ended.status() == 0) {
            assertThat(TreeDifferences.between(source, to)).isEmpty();
        }
        return ended;
    }

    /** With the reason or, where the process had ended before that could be seen, without. */
    private static Pattern line(String file, Path program, String pid) {
        String begin = file + ": changed by " + program + ", which is not captured; read again";
        String end = " (process " + pid.strip() + ")";
        return Pattern.compile(Pattern.quote(begin) + "( \\(it [^\n]*\\))?" + Pattern.quote(end));
    }

    private void endCleanly() throws Exception {
        commands.close();
        Ended ended = run.await(LIMIT);
        assertThat(ended.status()).as(ended.err()).isZero();
        assertThat(TreeDifferences.between(source, replica)).isEmpty();
    }

    @Test
    void isNamedWithPidAndProgram() throws Exception {
        Path fixed = stamp("static", "-static");
        Path other = stamp("setuid");
        require("chown", "nobody", other.toString());
        require("chmod", "4755", other.toString());
        Path pids = Files.createDirectory(place.disk.resolve("pids"));
        Files.setPosixFilePermissions(pids, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(snapshot("--strict").status()).isZero();

        captured("'%s' f0 static '%s/0'".formatted(fixed, pids));
        captured("'%s' f1 setuid '%s/1'".formatted(other, pids));
        Process stripped = new ProcessBuilder("sh", "-c", "echo unhooked >>'" + source.resolve("f2") + "'").start();
        assertThat(stripped.waitFor()).isZero();
        // The shell's entry comes first, from the process that then runs the program.
        captured("'%s' /dev/stdout redirected '%s/3' >f3".formatted(fixed, pids));
        Ended named = snapshot();
        assertThat(named.status()).as(named.err()).isZero();
        assertThat(named.err())
                .containsPattern(line("f0", fixed, Files.readString(pids.resolve("0"))))
                .containsPattern(line("f1", other, Files.readString(pids.resolve("1"))))
                .containsPattern(line("f2", Path.of("/bin/sh").toRealPath(), "" + stripped.pid()))
                .containsPattern(line("f3", fixed, Files.readString(pids.resolve("3"))))
                .doesNotContain("something", "f4", "f5", "f6", "made");
        assertThat(snapshot("--strict").status()).isZero();

        captured("'%s' f0 again '%s/0'".formatted(fixed, pids));
        Ended again = snapshot("--strict");
        assertThat(again.status())
                .as("read again, and its writer is gone: %s", again.err())
                .isZero();
        assertThat(again.err()).contains("f0: changed by " + fixed);

        // Its program has been ended, and it has a file open still.
        Process open = new ProcessBuilder("sh", "-c", "exec 3>>'" + source.resolve("f4") + "'; sleep 60").start();
        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(snapshot().status()).isEqualTo(22));
        assertThat(snapshot("--allow-unseen").status()).isZero();
        assertThat(product.ask("status").status()).isEqualTo(22);
        open.descendants().forEach(ProcessHandle::destroy);
        assertThat(open.destroyForcibly().waitFor()).isNotZero();
        assertThat(snapshot().status()).isZero();
        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(product.ask("status").status()).isZero());
        endCleanly();
    }

    @Test
    void isFoundBeforeACapturedChangeOfTheSameFile() throws Exception {
        Path fixed = stamp("static", "-static");
        Path pid = place.disk.resolve("pid");
        captured(": >ready");
        assertThat(snapshot("--strict").status()).isZero();
        captured("'%s' f0 uncaptured '%s'".formatted(fixed, pid));
        require("sh", "-c", "cd '" + source + "'; echo new >entered; chmod 600 f1; rm f6");
        captured("echo captured >>f0; echo captured >>f1; : >later; echo captured >>f5");
        Ended named = snapshot();
        assertThat(named.status()).as(named.err()).isZero();
        assertThat(named.err())
                .containsPattern(line("f0", fixed, Files.readString(pid)))
                .contains("f1: changed by ", ".: changed by ")
                .doesNotContain("f5", "something");
        endCleanly();
    }

    @Test
    void capturedProcessesAreNotNamed() throws Exception {
        captured("""
                for i in $(seq 150); do sh -c "echo $i >>f$((i % 7)); : >>f0"; sh -c ': >>f1; exec true'; \
                (echo $i >n$i; mv n$i m$i; chmod 600 m$i); [ $((i % 3)) = 0 ] || rm m$i; \
                cp f2 c$i; (sleep 0.01 & ) >>f3; sh -c "touch c$i; ln c$i l$i; truncate -s 5 c$i"; done""");
        // These set change times, and change no byte.
        captured("ln f4 '%s'; fallocate -n -l 100000 f5; fallocate -l 5 f6".formatted(place.disk.resolve("linked")));
        captured("for i in $(seq 40); do for j in 1 2 3 4; do (echo $i >>f$j; mkdir d$i-$j) & done; done; wait");
        for (int i = 0; i < 3; i++) {
            Ended clean = snapshot("--strict");
            assertThat(clean.status()).as(clean.err()).isZero();
            assertThat(clean.err()).doesNotContain("not captured");
            captured("for i in $(seq 30); do sh -c \"echo $i >>f$((i % 7))\" & done; wait");
        }
        endCleanly();
    }
}
