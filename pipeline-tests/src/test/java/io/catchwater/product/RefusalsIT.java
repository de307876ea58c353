package io.catchwater.product;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.pipeline.Workplace;
import io.catchwater.product.Product.Ended;
import io.catchwater.product.Product.Started;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What can only be refused on a real system: one clear line, the contract's status, nothing changed on disk. */
final class RefusalsIT {

    /** What setpriv and the script's shell end with when the checkout may not be read. */
    private static final Set<Integer> CANNOT_RUN = Set.of(126, 127);

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private Path root;
    private Path source;
    private Path replica;

    @Test
    void saysInOneLineWhatIsInTheWay() throws Exception {
        try (Workplace place = new Workplace();
                Product product = new Product(place.directory("product"))) {
            root = place.disk;
            source = Files.createDirectory(root.resolve("source"));
            replica = Files.createDirectory(root.resolve("replica"));
            takenPort(product);
            noPermission(product);
            dataDirectoryInUse(product);
        }
    }

    private void takenPort(Product product) throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (String option : List.of("--broker-port", "--registry-port")) {
                assertRefused(11, "is taken", product, run("app=" + source, option, socket.getLocalPort()));
            }
        }
    }

    private void noPermission(Product product) throws Exception {
        Product plain = product.asUser("nobody");
        if (!System.getProperty("user.name").equals("root")
                || CANNOT_RUN.contains(plain.run("check").status())) {
            System.out.println("permissions not tried: needs root, and a checkout that everybody can read");
            return;
        }
        // Everything is root's; the plain user may look around.
        for (Path each : List.of(root, source, replica)) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        assertRefused(12, "write to replica", plain, run("app=" + source));
        for (Path each : List.of(root, replica)) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        assertRefused(12, "no permission for", plain, run("app=" + source, "--data-dir", "/root/none"));
        Files.setPosixFilePermissions(source, PosixFilePermissions.fromString("rwx------"));
        assertRefused(12, "read source", plain, run("app=" + source));
    }

    private void dataDirectoryInUse(Product product) throws Exception {
        Path began = root.resolve("began");
        Path end = root.resolve("end");
        String script = "touch %s; while [ ! -e %s ]; do sleep 0.1; done".formatted(began, end);
        Started first =
                product.start("run", "--source", "app=" + source, "--replica", replica, "--", "sh", "-c", script);
        Awaitility.await().atMost(LIMIT).until(() -> {
            first.requireAlive();
            return Files.exists(began);
        });
        Path other = Files.createDirectory(root.resolve("other"));
        Path otherReplica = Files.createDirectory(root.resolve("other-replica"));
        Ended second = product.run("run", "--source", "other=" + other, "--replica", otherReplica, "--", "true");
        assertThat(second.status()).as(second.err()).isEqualTo(11);
        assertThat(second.err())
                .contains("in use by another catchwater process")
                .hasLineCount(1);
        assertThat(otherReplica).isEmptyDirectory();
        Files.createFile(end);
        assertThat(first.await(LIMIT).status()).isZero();
    }

    private Object[] run(String sourceArgument, Object... more) {
        return Stream.of(
                        Stream.of("--source", sourceArgument, "--replica", replica),
                        Stream.of(more),
                        Stream.of("--", "true"))
                .flatMap(each -> each)
                .toArray();
    }

    private void assertRefused(int status, String words, Product product, Object... arguments) throws Exception {
        List<String> before = tree();
        Ended ended = product.run("run", arguments);
        assertThat(ended.status()).as(ended.err()).isEqualTo(status);
        assertThat(ended.err()).startsWith("catchwater: ").contains(words).hasLineCount(1);
        assertThat(ended.out()).isEmpty();
        assertThat(tree()).isEqualTo(before);
    }

    private List<String> tree() throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.map(Path::toString).sorted().toList();
        }
    }
}
