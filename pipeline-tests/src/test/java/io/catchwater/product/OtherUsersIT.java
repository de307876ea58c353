package io.catchwater.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.catchwater.files.Attributes;
import io.catchwater.pipeline.Workplace;
import io.catchwater.product.Product.Ended;
import io.catchwater.product.Product.Started;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Programs of several users, and Catchwater as another one than root. Needs root; skipped without. */
final class OtherUsersIT {

    /** What setpriv and the script's shell end with when the checkout may not be read. */
    private static final Set<Integer> CANNOT_RUN = Set.of(126, 127);

    private static final int NOBODY = 65534;
    private static final int DAEMON = 1;

    private Workplace place;
    private Product product;
    private Path source;
    private Path replica;

    @BeforeEach
    void make() throws Exception {
        assumeTrue(Attributes.mayChangeOwners());
        place = new Workplace();
        product = new Product(place.directory("product"));
        permit(place.disk, "rwxr-xr-x");
        source = Files.createDirectory(place.disk.resolve("source"));
        replica = Files.createDirectory(place.disk.resolve("replica"));
    }

    @AfterEach
    void end() throws Exception {
        if (product != null) {
            product.close();
            place.close();
        }
    }

    private static void permit(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    private static void own(Path path, int uid, int gid) throws IOException {
        Files.setAttribute(path, "unix:uid", uid);
        Files.setAttribute(path, "unix:gid", gid);
    }

    private static String ringsOf(String source) throws IOException {
        StringBuilder found = new StringBuilder();
        try (var rings = Files.newDirectoryStream(Path.of("/dev/shm"), "catchwater." + source + ".*")) {
            rings.forEach(ring -> found.append(ring).append(' '));
        }
        return found.toString();
    }

    @Test
    void aServiceBacksUpADirectoryWithAForeignGroup() throws Exception {
        Product service = product.asUser("nobody");
        assumeTrue(!CANNOT_RUN.contains(service.run("check").status()), "the checkout can't be read by everybody");
        Path data = Files.createDirectory(place.disk.resolve("data"));
        Path beside = Files.createDirectory(place.disk.resolve("backup"));
        replica = Files.createDirectory(beside.resolve("replica"));
        Files.writeString(source.resolve("f"), "before\n");
        for (Path each : new Path[] {source, source.resolve("f"), data, beside, replica}) {
            own(each, NOBODY, DAEMON);
        }
        permit(source, "rwxrwx---");
        Ended ended = service.run(
                "run",
                "--data-dir",
                data,
                "--source",
                "service=" + source,
                "--replica",
                replica,
                "--",
                "sh",
                "-c",
                "echo after >>'" + source.resolve("f") + "'");
        assertThat(ended.status()).as(ended.err()).isZero();
        assertThat(replica.resolve("f")).hasContent("before\nafter\n");
        assertThat(ringsOf("service")).isEmpty();
        for (String closed : new String[] {"log", "streams"}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve(closed))))
                    .as(closed)
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void whoMayChangeTheSourceIsCapturedAndWhoMayNotIsNamedWithTheReason() throws Exception {
        own(source, 0, DAEMON);
        permit(source, "rwxrwxr-x");
        for (String name : new String[] {"member", "stranger"}) {
            permit(Files.writeString(source.resolve(name), "before\n"), "rw-rw-rw-");
        }
        Path done = place.disk.resolve("done");
        Path end = place.disk.resolve("end");
        // The stranger lives on until everybody has looked at it.
        String script = "cd '%s'; setpriv --reuid %d --regid %d --clear-groups sh -c 'echo after >>member'; "
                        .formatted(source, NOBODY, DAEMON)
                + "setpriv --reuid %d --regid %d --clear-groups sh -c 'echo after >>stranger; exec sleep 300' & "
                        .formatted(NOBODY, NOBODY)
                + "while [ \"$(cat stranger)\" = before ]; do sleep 0.1; done; "
                + ": >'%s'; while [ ! -e '%s' ]; do sleep 0.1; done; kill $!".formatted(done, end);
        Started run =
                product.start("run", "--source", "shared=" + source, "--replica", replica, "--", "sh", "-c", script);
        ServedApp.await(() -> {
            run.requireAlive();
            return Files.exists(done);
        });
        Path destination = Files.createDirectory(place.disk.resolve("snapshot"));
        Ended named = product.run("snapshot", "--source", "shared", "--to", destination);
        assertThat(named.err())
                .containsPattern(
                        "stranger: changed by \\S+, which is not captured; read again \\(it runs as user 65534, who may not"
                                + " write to the ring \\(owner 0, group 1, mode 0660\\)\\)")
                .doesNotContain("member");
        assertThat(destination.resolve("member")).hasContent("before\nafter\n");
        assertThat(destination.resolve("stranger")).hasContent("before\nafter\n");
        Files.createFile(end);
        assertThat(run.await(ServedApp.LIMIT).status()).isZero();
    }
}
