package io.catchwater.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.cli.Main;
import io.catchwater.cli.progress.ConsoleOfTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything that bridge, stream, sink and registry can find wrong before they begin: one line, nothing changed. */
final class StageValidationTest {

    /** Nobody listens there. */
    private static final List<String> BROKER =
            List.of("--bootstrap-servers", "127.0.0.1:1", "--schema-registry-url", "http://127.0.0.1:1");

    @TempDir
    private Path directory;

    private Path source;
    private Path replica;
    private Path allowed;
    private List<String> before;
    private ConsoleOfTest console;

    @BeforeEach
    void makeDirectories() throws IOException {
        source = Files.createDirectory(directory.resolve("source"));
        replica = Files.createDirectory(directory.resolve("replica"));
        allowed = Files.createDirectory(directory.resolve("allowed"));
    }

    @AfterEach
    void nothingChanged() throws IOException {
        assertThat(tree()).isEqualTo(before);
        assertThat(console.err()).startsWith("catchwater: ").hasLineCount(1);
        assertThat(console.out()).isEmpty();
    }

    @Test
    void nothingRunsAndNoBrokerIsNamed() {
        assertEnds(10, "give --data-dir or --bootstrap-servers", "bridge", "--source", "app=" + source);
        assertEnds(10, "give --data-dir or --bootstrap-servers", "stream", "--source", "app");
        assertEnds(10, "give --data-dir or --bootstrap-servers", "sink", "--source", "app", "--replica", "" + replica);
    }

    @Test
    void bridgeWatchesDirectories() {
        assertEnds(2, "names no directory", "bridge", "--source", "app");
        assertEnds(2, "does not exist", "bridge", "--source", "app=" + directory.resolve("none"));
        assertEnds(2, "inside source", "bridge", "--source", "app=" + directory);
    }

    @Test
    void streamAndSinkTakeANameAlone() {
        assertEnds(2, "not a source name", "stream", "--source", "app=" + source);
        assertEnds(2, "not a source name", "sink", "--source", "app=" + source, "--replica", "" + replica);
        assertEnds(2, "--replica", "sink", "--source", "app");
    }

    @Test
    void sinkNeedsPlaces() throws IOException {
        Path full = Files.createDirectory(directory.resolve("full"));
        Files.createFile(full.resolve("file"));
        assertEnds(24, "is not empty", "sink", "--source", "app", "--replica", "" + full);
        assertEnds(24, "overlap", sinkOnly("--allowed-prefix", replica.toString()));
        assertEnds(24, "overlap", sink("--allowed-prefix", replica.toString()));
        assertEnds(
                24,
                "does not exist",
                sinkOnly("--allowed-prefix", directory.resolve("none").toString()));
    }

    @Test
    void aSharedBrokerAsksForAPrefix() {
        assertEnds(2, "give --allowed-prefix DIR", sinkOnly());
    }

    @Test
    void thePageNeedsAPortOfItsOwn() throws IOException {
        assertEnds(2, "expected PORT or HOST:PORT", sink("--http", "nonsense"));
        assertEnds(2, "cannot listen", sink("--http", "192.0.2.1:8090"));
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            assertEnds(11, "port " + port + " for the page is taken", sink("--http", port));
        }
    }

    @Test
    void theRegistryNeedsAClusterAndAnAddress() throws IOException {
        assertEnds(2, "--bootstrap-servers is missing", "registry");
        assertEnds(2, "expected PORT or HOST:PORT", registry("--listen", "nonsense"));
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            assertEnds(11, "cannot listen at 127.0.0.1:" + port, registry("--listen", port));
        }
    }

    private static String[] registry(String... more) {
        return Stream.of(List.of("registry"), BROKER, List.of(more))
                .flatMap(List::stream)
                .toArray(String[]::new);
    }

    private String[] sink(String... more) {
        return sinkOnly(Stream.concat(Stream.of("--allowed-prefix", allowed.toString()), Stream.of(more))
                .toArray(String[]::new));
    }

    private String[] sinkOnly(String... more) {
        return Stream.of(List.of("sink", "--source", "app", "--replica", replica.toString()), BROKER, List.of(more))
                .flatMap(List::stream)
                .toArray(String[]::new);
    }

    private void assertEnds(int status, String words, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--data-dir", directory.resolve("data").toString()));
        console = new ConsoleOfTest(Map.of("PATH", "/usr/bin:/bin"));
        before = tree();
        assertThat(Main.run(console.console(), all.toArray(String[]::new)))
                .as(console.err())
                .isEqualTo(status);
        assertThat(console.err()).contains(words);
    }

    private List<String> tree() {
        try (Stream<Path> paths = Files.walk(directory)) {
            return paths.map(Path::toString).sorted().toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
