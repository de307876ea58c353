package io.catchwater.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.catchwater.cli.progress.ConsoleOfTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MainTest {

    private static final List<String> VERBS = List.of(
            "demo",
            "run",
            "exec",
            "bridge",
            "stream",
            "sink",
            "snapshot",
            "cancel",
            "pause",
            "resume",
            "throttle",
            "status",
            "list",
            "restore",
            "verify",
            "check",
            "credentials");

    @TempDir
    private Path directory;

    private final Map<String, String> environment = new HashMap<>(Map.of("PATH", "/usr/bin:/bin"));
    private ConsoleOfTest console;

    @Test
    void refusesAnUnknownVerb() {
        assertThat(execute("frobnicate")).isEqualTo(2);
        assertThat(console.err())
                .startsWith("catchwater: ")
                .contains("frobnicate")
                .hasLineCount(1);
    }

    @Test
    void refusesNoVerb() {
        assertThat(execute()).isEqualTo(2);
        assertThat(console.err()).startsWith("catchwater: which verb?").hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"prune", "log"})
    void doesNotPretendToHaveVerbsOfLaterVersions(String verb) {
        assertThat(execute(verb)).isEqualTo(2);
        assertThat(console.err()).contains("'" + verb + "'");
    }

    @Test
    void tellsItsVersionAndItsHelp() {
        assertThat(execute("--version")).isZero();
        assertThat(console.out()).startsWith("catchwater ");
        assertThat(execute("--help")).isZero();
        assertThat(console.out())
                .contains("Usage: catchwater", "-h, --help")
                .contains(VERBS)
                .doesNotContain("${");
    }

    @Test
    void givesEachVerbHelpWithAnExample() {
        for (String verb : Stream.concat(VERBS.stream(), Stream.of("registry")).toList()) {
            assertThat(execute(verb, "--help")).as(verb).isZero();
            assertThat(console.out())
                    .contains("Usage: catchwater " + verb, "Example", "catchwater " + verb, "--data-dir");
        }
    }

    @Test
    void keepsTheNumbersOfTheContract() {
        assertThat(Arrays.stream(ExitStatus.values()).mapToInt(ExitStatus::code))
                .containsExactly(0, 1, 2, 3, 10, 11, 12, 20, 21, 22, 23, 24, 25, 130);
    }

    @Test
    void saysAnErrorInOneLineAndInJsonToo() throws Exception {
        int status = execute("status", "--json", "--data-dir", directory.toString());
        assertThat(status).isEqualTo(ExitStatus.NOT_FOUND.code());
        assertThat(console.err()).startsWith("catchwater: ").hasLineCount(1);
        JsonNode error = new ObjectMapper().readTree(console.out());
        assertThat(error.path("message_type").asText()).isEqualTo("error");
        assertThat(error.path("exit_status").asInt()).isEqualTo(status);
        assertThat(error.path("error_string").asText()).contains(directory.toString());
    }

    @Test
    void takesOptionsFromTheEnvironmentAndTheCommandLineFirst() {
        environment.put("CATCHWATER_DATA_DIR", directory.resolve("environment").toString());
        execute("status");
        assertThat(console.err()).contains("/environment");
        execute("status", "--data-dir", directory.resolve("argument").toString());
        assertThat(console.err()).contains("/argument");
    }

    @Test
    void takesGlobalOptionsBeforeAndAfterTheVerb() {
        execute("--data-dir", directory.resolve("before").toString(), "status");
        assertThat(console.err()).contains("/before");
    }

    @Test
    void wantsTheRegistryWithTheBroker() {
        assertThat(execute("status", "--bootstrap-servers", "localhost:9")).isEqualTo(2);
        assertThat(console.err()).contains("--schema-registry-url");
    }

    @Test
    void refusesAConfigurationThatIsNotThere() {
        assertThat(execute("status", "--config", directory.resolve("none").toString()))
                .isEqualTo(2);
        assertThat(console.err()).contains("--config").hasLineCount(1);
    }

    @Test
    void refusesAnArgumentThatIsNoText() {
        assertThat(execute("run", "--replica", "caf\uFFFD")).isEqualTo(2);
        assertThat(console.err()).contains("LC_ALL");
    }

    @Test
    void leavesNothingBehindWhenItRefuses() throws Exception {
        execute("status", "--data-dir", directory.resolve("data").toString());
        execute("list", "--data-dir", directory.resolve("data").toString());
        try (var files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    private int execute(String... arguments) {
        console = new ConsoleOfTest(environment);
        return Main.run(console.console(), arguments);
    }
}
