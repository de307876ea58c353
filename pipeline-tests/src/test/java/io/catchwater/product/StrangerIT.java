package io.catchwater.product;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.catchwater.pipeline.Workplace;
import io.catchwater.product.Product.Started;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Another user of the host, at each port that a run listens on and each file of its data directory. */
final class StrangerIT {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Pattern ADDRESS = Pattern.compile("\\s(\\S+):([0-9]+)\\s+\\S+\\s+users:.*pid=([0-9]+),");
    private static final String SECRET = "secret-of-the-source";
    private static final int PORTS = 4;

    private Product product;
    private Path destination;

    @Test
    void readsNothingAndCommandsNothing() throws Exception {
        assumeTrue(isRoot(), "only root can act as somebody else");
        try (Workplace place = new Workplace();
                Product running = new Product(place.directory("product"))) {
            product = running;
            open(place.disk);
            open(place.quick);
            destination = openToAll(Files.createDirectory(place.disk.resolve("stranger")));
            Path source = Files.createDirectory(place.disk.resolve("source"));
            Path replica = Files.createDirectory(place.disk.resolve("replica"));
            Files.writeString(source.resolve("file"), SECRET);
            // A directory that somebody made for it, and left open.
            openToAll(Files.createDirectory(product.data()));
            Started run = product.start("run", "--source", "app=" + source, "--replica", replica, "--http", "0");
            Awaitility.await().atMost(LIMIT).until(() -> {
                run.requireAlive();
                return run.out().contains("page at ") && Files.exists(replica.resolve("file"));
            });
            List<Integer> ports = ports(run.process().pid());
            assertThat(ports).hasSize(PORTS);
            requireThatTheOwnerGetsIn(run.out());
            assertThat(tryAll(ports)).isEmpty();
            assertThat(readable(product.data())).isEmpty();
            assertThat(destination).isEmptyDirectory();
            assertThat(product.run("status").out()).contains("running");
        }
    }

    /** Without it, a refusal would tell nothing. */
    private void requireThatTheOwnerGetsIn(String said) throws Exception {
        assertThat(said(product.kcat("-L"))).contains("topic \"catchwater.commands\"");
        String login = product.client().get("basic.auth.user.info").toString();
        String registry = product.client().get("schema.registry.url").toString();
        assertThat(said(List.of("curl", "-s", "-m", "5", "-u", login, registry + "/subjects")))
                .contains("catchwater.app.events-value");
        Matcher page = Pattern.compile("page at (http\\S+/)\\?token=(\\S+)").matcher(said);
        assertThat(page.find()).isTrue();
        assertThat(said(List.of(
                        "curl",
                        "-s",
                        "-m",
                        "5",
                        "-H",
                        "Authorization: Bearer " + page.group(2),
                        page.group(1) + "api/status")))
                .contains("\"app\"");
    }

    /** What a stranger got at any port, by any way; all ways at once. */
    private List<String> tryAll(List<Integer> ports) throws Exception {
        List<Process> tries = new ArrayList<>();
        for (int port : ports) {
            String broker = "127.0.0.1:" + port;
            for (String[] login : new String[][] {
                {},
                {
                    "-X",
                    "security.protocol=SASL_PLAINTEXT",
                    "-X",
                    "sasl.mechanisms=PLAIN",
                    "-X",
                    "sasl.username=catchwater",
                    "-X",
                    "sasl.password=catchwater"
                },
                {
                    "-X",
                    "security.protocol=SASL_PLAINTEXT",
                    "-X",
                    "sasl.mechanisms=SCRAM-SHA-512",
                    "-X",
                    "sasl.username=catchwater.process",
                    "-X",
                    "sasl.password="
                }
            }) {
                tries.add(begin(stranger(kcat(broker, login, "-L", "-m", "5"))));
                Process producer = begin(stranger(kcat(
                        broker, login, "-P", "-t", "catchwater.commands", "-K", "|", "-X", "message.timeout.ms=4000")));
                producer.getOutputStream()
                        .write("app|{\"id\":\"s%d-%d\",\"type\":\"snapshot\",\"data\":{\"destination\":\"%s\"}}\n"
                                .formatted(port, login.length, destination)
                                .getBytes(UTF_8));
                producer.getOutputStream().close();
                tries.add(producer);
            }
            for (String path : List.of("subjects", "", "api/status", "?token=x", "metrics")) {
                tries.add(begin(
                        stranger(List.of("curl", "-s", "-f", "-m", "5", "http://127.0.0.1:" + port + "/" + path))));
            }
        }
        List<String> got = new ArrayList<>();
        for (Process each : tries) {
            String said = new String(each.getInputStream().readAllBytes(), UTF_8);
            if (each.waitFor() == 0 || said.contains("topic \"") || said.contains(SECRET)) {
                got.add(each.info().commandLine().orElse("a try") + ": " + said);
            }
        }
        return got;
    }

    private static List<String> kcat(String broker, String[] login, String... arguments) {
        List<String> command = new ArrayList<>(List.of("timeout", "8", "kcat", "-b", broker));
        command.addAll(List.of(login));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Files and directories that a stranger can open, though he knows their names. */
    private static List<String> readable(Path directory) throws Exception {
        try (Stream<Path> all = Files.walk(directory)) {
            String names = all.map(path -> "'" + path + "'").collect(Collectors.joining(" "));
            String script = "for each in " + names
                    + "; do if [ -r \"$each\" ] || [ -w \"$each\" ]; then echo \"$each\"; fi; done";
            return said(stranger(List.of("sh", "-c", script))).lines().toList();
        }
    }

    /** Where a process or one that it became listens, on loopback addresses only. */
    private static List<Integer> ports(long pid) throws Exception {
        Set<Integer> ports = new TreeSet<>();
        Matcher line = ADDRESS.matcher(said(List.of("ss", "-Hltnp")));
        while (line.find()) {
            if (Long.parseLong(line.group(3)) == pid) {
                assertThat(line.group(1)).isIn("127.0.0.1", "[::ffff:127.0.0.1]", "[::1]");
                ports.add(Integer.parseInt(line.group(2)));
            }
        }
        return List.copyOf(ports);
    }

    private static List<String> stranger(List<String> command) {
        List<String> all = new ArrayList<>(List.of("setpriv", "--reuid", "nobody", "--clear-groups"));
        all.addAll(command);
        return all;
    }

    private static String said(List<String> command) throws Exception {
        Process process = begin(command);
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor();
        return said;
    }

    private static Process begin(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static boolean isRoot() throws IOException {
        return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
    }

    /** So that nothing but the data directory's own mode is in a stranger's way. */
    private static void open(Path directory) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Path openToAll(Path directory) throws IOException {
        return Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
}
