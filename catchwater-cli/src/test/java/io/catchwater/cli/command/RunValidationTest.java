package io.catchwater.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.cli.Main;
import io.catchwater.cli.progress.ConsoleOfTest;
import java.io.IOException;
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

/** Everything that {@code run} can find wrong before it begins: one line, the contract's status, nothing changed. */
final class RunValidationTest {

    @TempDir
    private Path directory;

    private Path source;
    private Path replica;
    private List<String> before;
    private ConsoleOfTest console;

    @BeforeEach
    void makeDirectories() throws IOException {
        source = Files.createDirectory(directory.resolve("source"));
        replica = Files.createDirectory(directory.resolve("replica"));
    }

    @AfterEach
    void nothingChanged() throws IOException {
        assertThat(tree()).isEqualTo(before);
        assertThat(console.err()).startsWith("catchwater: ").hasLineCount(1);
        assertThat(console.out()).isEmpty();
    }

    @Test
    void sourceIsMissing() {
        assertEnds(2, "does not exist", "app=" + directory.resolve("none"), replica);
    }

    @Test
    void sourceIsAFile() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertEnds(2, "not a directory", "app=" + file, replica);
    }

    @Test
    void sourceIsNotNamed() {
        assertEnds(2, "NAME=DIR", source.toString(), replica);
        assertEnds(2, "not a source name", "a b=" + source, replica);
        assertEnds(2, "empty directory", "app=" + source + ",", replica);
    }

    @Test
    void sourcesOverlap() throws IOException {
        Path inner = Files.createDirectory(source.resolve("inner"));
        assertEnds(2, "overlap", "app=" + source + "," + inner, replica);
    }

    @Test
    void sourcesHaveOneName() throws IOException {
        Path twin = Files.createDirectories(directory.resolve("other/source"));
        assertEnds(2, "same last component", "app=" + source + "," + twin, replica);
    }

    @Test
    void replicaIsMissing() {
        assertEnds(24, "does not exist", "app=" + source, directory.resolve("none"));
    }

    @Test
    void replicaIsAFile() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertEnds(24, "not a directory", "app=" + source, file);
    }

    @Test
    void replicaIsNotEmpty() throws IOException {
        Files.createFile(replica.resolve("mine"));
        assertEnds(24, "not empty", "app=" + source, replica);
    }

    @Test
    void replicaIsInsideTheSource() throws IOException {
        Path inner = Files.createDirectory(source.resolve("inner"));
        assertEnds(24, "inside source", "app=" + source, inner);
    }

    @Test
    void replicaIsTheSource() {
        assertEnds(24, "inside source", "app=" + source, source);
    }

    @Test
    void sourceIsInsideTheReplica() throws IOException {
        Path inner = Files.createDirectory(replica.resolve("inner"));
        assertEnds(24, "inside replica", "app=" + inner, replica);
    }

    @Test
    void replicaIsInsideTheSourceThroughASymlink() throws IOException {
        Path inner = Files.createDirectory(source.resolve("inner"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), inner);
        assertEnds(24, "inside source", "app=" + source, link);
    }

    @Test
    void snapshotsAreInsideTheReplica() throws IOException {
        Path taken = Files.createDirectory(directory.resolve("taken"));
        for (String option : List.of("--allowed-prefix", "--snapshots")) {
            assertEnds(24, "overlap", "app=" + source, replica, option, replica.toString());
            assertEnds(24, "overlap", "app=" + source, replica, option, taken + "," + replica);
        }
    }

    @Test
    void aSharedBrokerAsksForAPrefix() {
        assertEnds(
                2,
                "give --allowed-prefix DIR",
                "app=" + source,
                replica,
                "--bootstrap-servers",
                "127.0.0.1:1",
                "--schema-registry-url",
                "http://127.0.0.1:1");
    }

    @Test
    void snapshotsAreMissing() {
        Path none = directory.resolve("none");
        assertEnds(24, "does not exist", "app=" + source, replica, "--snapshots", none.toString());
    }

    @Test
    void dataDirectoryIsInsideTheSource() {
        Path data = source.resolve("not/there/yet");
        assertEnds(2, "inside source", "app=" + source, replica, "--data-dir", data.toString());
    }

    @Test
    void dataDirectoryHoldsSomethingElse() throws IOException {
        Path data = Files.createDirectory(directory.resolve("photos"));
        Files.createFile(data.resolve("cat.jpg"));
        assertEnds(2, "not a Catchwater data directory", "app=" + source, replica, "--data-dir", data.toString());
    }

    @Test
    void dataDirectoryIsOfAnotherVersion() throws IOException {
        Path data = Files.createDirectory(directory.resolve("old"));
        Files.writeString(data.resolve("format"), "999\n");
        assertEnds(1, "format 999", "app=" + source, replica, "--data-dir", data.toString());
    }

    @Test
    void programIsNotFound() {
        assertEnds(2, "command not found", "app=" + source, replica, "--", "no-such-program", "-x");
        assertEnds(2, "no such program", "app=" + source, replica, "--", "./no-such-program");
    }

    @Test
    void programMayNotBeExecuted() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertEnds(12, "permission denied", "app=" + source, replica, "--", file.toString());
    }

    @Test
    void portIsNone() {
        assertEnds(2, "not a port", "app=" + source, replica, "--broker-port", "99999");
    }

    @Test
    void exclusionIsNone() {
        assertEnds(2, "at character 2: '**'", "app=" + source, replica, "--exclude", "a**");
        assertEnds(2, "is empty", "app=" + source, replica, "--exclude", "");
    }

    @Test
    void rateIsNone() {
        assertEnds(2, "not a rate", "app=" + source, replica, "--throttle", "fast");
    }

    private void assertEnds(int status, String words, String sourceArgument, Path replicaArgument, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("run", "--source", sourceArgument, "--replica", replicaArgument.toString()));
        if (!List.of(more).contains("--data-dir")) {
            arguments.addAll(List.of("--data-dir", directory.resolve("data").toString()));
        }
        arguments.addAll(List.of(more));
        before = tree();
        console = new ConsoleOfTest(Map.of("PATH", "/usr/bin:/bin"));
        assertThat(Main.run(console.console(), arguments.toArray(String[]::new)))
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
