package io.catchwater.product;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.pipeline.TreeDifferences;
import io.catchwater.pipeline.Workplace;
import io.catchwater.product.Product.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Python's own tests end under capture as they do without, case by case. The property {@code catchwater.python.tests}
 * names other modules, divided by spaces; {@code all} runs all of them, for about an hour.
 */
final class PythonTestsIT {

    private static final String MODULES =
            "test_bufio test_dbm test_dbm_dumb test_dbm_gnu test_dbm_ndbm test_epoll test_fcntl"
                    + " test_file test_filecmp test_fileinput test_fileio test_fork1 test_genericpath test_glob test_gzip test_import"
                    + " test_io test_mailbox test_mmap test_os test_pathlib test_popen test_posix test_posixpath test_pty"
                    + " test_py_compile test_select test_shelve test_shutil test_subprocess test_tarfile test_tempfile"
                    + " test_thread test_threading test_wait4 test_zipimport";

    private static final String WANTED = System.getProperty("catchwater.python.tests", MODULES);
    private static final Duration LIMIT = Duration.ofMinutes(WANTED.equals(MODULES) ? 10 : 180);
    private static final int REPEATS = 3;

    private Workplace place;
    private int repeats;

    @BeforeEach
    void make() throws IOException {
        place = new Workplace();
    }

    @AfterEach
    void remove() throws IOException {
        place.close();
    }

    @Test
    void endAsTheyDoWithoutCapture() throws Exception {
        List<String> wanted = WANTED.equals("all") ? List.of() : Arrays.asList(WANTED.split(" ", -1));
        Map<String, String> bare = bare("barely", wanted);
        assertThat(bare).containsValue("passed");
        Map<String, String> captured = captured("hooked", wanted);
        Set<String> cases = new TreeSet<>(bare.keySet());
        cases.addAll(captured.keySet());
        System.out.printf("%d cases of Python's own tests; without capture: %s%n", cases.size(), counted(bare));
        cases.removeIf(name -> bare.getOrDefault(name, "").equals(captured.getOrDefault(name, "")));
        assertThat(cases.stream().filter(name -> isDifferentAgain(name, bare.get(name), captured.get(name))))
                .as("cases that end differently under capture")
                .isEmpty();
    }

    private static Map<String, Long> counted(Map<String, String> outcomes) {
        return outcomes.values().stream().collect(Collectors.groupingBy(outcome -> outcome, Collectors.counting()));
    }

    /** A case that needs the machine for itself may fail once, with capture or without: then neither tells. */
    private boolean isDifferentAgain(String name, String bareOutcome, String capturedOutcome) {
        System.out.printf("%s: %s without capture, %s with%n", name, bareOutcome, capturedOutcome);
        try {
            List<String> again = List.of("-m", name, name.split("\\.", -1)[1]);
            Set<String> bare = new TreeSet<>();
            Set<String> captured = new TreeSet<>();
            for (int i = 0; i < REPEATS; i++) {
                String number = "%02d".formatted(++repeats);
                bare.add("" + bare("bare" + number, again).get(name));
                captured.add("" + captured("hook" + number, again).get(name));
            }
            System.out.printf("%s again: %s without capture, %s with%n", name, bare, captured);
            return !bare.containsAll(captured);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private Map<String, String> bare(String name, List<String> what) throws Exception {
        Path directory = Files.createDirectory(place.disk.resolve(name));
        Path report = place.disk.resolve(name + ".xml");
        Process process = new ProcessBuilder(PythonTests.command(directory, report, what))
                .redirectErrorStream(true)
                .redirectOutput(place.disk.resolve(name + ".log").toFile())
                .start();
        try {
            assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return PythonTests.outcomes(report);
    }

    /** Afterwards the replica is as the directory. */
    private Map<String, String> captured(String name, List<String> what) throws Exception {
        Path directory = Files.createDirectory(place.disk.resolve(name));
        Path report = place.disk.resolve(name + ".xml");
        Path replica = Files.createDirectory(place.disk.resolve(name + ".replica"));
        try (Product product = new Product(place.directory("product"))) {
            List<Object> arguments =
                    new ArrayList<>(List.of("--source", "app=" + directory, "--replica", replica, "--"));
            arguments.addAll(PythonTests.command(directory, report, what));
            Ended ended = product.start("run", arguments.toArray()).await(LIMIT);
            assertThat(report).as(ended.toString()).exists();
            assertThat(ended.err()).doesNotContain("captured");
            assertThat(replica).isDirectoryRecursivelyContaining("glob:**/*.pyc");
            assertThat(TreeDifferences.between(directory, replica)).isEmpty();
        }
        return PythonTests.outcomes(report);
    }
}
