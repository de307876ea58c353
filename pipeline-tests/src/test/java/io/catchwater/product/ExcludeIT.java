package io.catchwater.product;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.pipeline.TreeDifferences;
import io.catchwater.pipeline.Workplace;
import io.catchwater.product.Product.Ended;
import io.catchwater.schemas.Exclusion;
import io.catchwater.schemas.Topics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;

/** What is excluded is in no replica, no snapshot, no restore and no topic; what goes in and out is copied and removed. */
final class ExcludeIT {

    private static final String EXPRESSION = "\\.log$|/cache(/|$)|/private/secret";
    private static final String SECRET = "SECRETSECRET";

    /** Makes a file without a name, writes to it, and names it. */
    private static final String NAMELESS = """
            python3 -c 'import os; f = os.open(".", os.O_TMPFILE | os.O_RDWR); os.write(f, b"nameless"); \
            os.link("/proc/self/fd/%%d" %% f, "%s", follow_symlinks=True); os.write(f, b"%s")'""";

    private Workplace place;
    private Product product;
    private Path source;
    private int copies;

    @Test
    void isWhatItIsWithoutTheExcludedPart() throws Exception {
        try (Workplace used = new Workplace();
                Product started = new Product(used.directory("product"))) {
            place = used;
            product = started;
            source = Files.createDirectory(place.disk.resolve("source"));
            Path replica = Files.createDirectory(place.disk.resolve("replica"));
            fill();
            CapturedShell shell = CapturedShell.start(
                    product, place.disk, source, replica, "--exclude", EXPRESSION, "--throttle", "5MB/s");
            shell.run("echo " + SECRET + " >>a.log");
            changeExcluded(shell);
            Path first = snapshot("first");
            crossByName(shell);
            crossByDirectory(shell);
            Path second = snapshot("second");
            nothingIsPublished();
            // What was excluded, its secret too, comes in.
            shell.run("mv private shared; mv left.log back; mv cache kept");
            Path third = snapshot("third");
            assertThat(third.resolve("shared/secret")).content().contains(SECRET);
            assertThat(third.resolve("kept/x")).content().contains(SECRET);

            Ended ended = shell.end();
            assertThat(ended.status()).as(ended.err()).isZero();
            assertThat(ended.err()).doesNotContain("not captured");
            assertThat(TreeDifferences.between(included(), replica)).isEmpty();
            for (Path each : List.of(first, second, third)) {
                restored(each);
            }
        }
    }

    private void fill() throws IOException {
        for (String directory : List.of("cache", "shared", "into", "from.log", "out")) {
            Files.createDirectory(source.resolve(directory));
        }
        for (String file : List.of("keep", "leaves", "enters.log", "shared/plain", "from.log/f", "out/f")) {
            Files.writeString(source.resolve(file), "content of " + file + "\n");
        }
        for (String file : List.of("a.log", "cache/x")) {
            Files.writeString(source.resolve(file), SECRET.repeat(10_000));
        }
        Files.writeString(source.resolve("shared/secret"), "not yet");
        Files.write(source.resolve("large"), new byte[6_000_000]);
    }

    private void changeExcluded(CapturedShell shell) throws Exception {
        shell.run(
                "echo " + SECRET + " >new.log; mkdir cache/sub; echo " + SECRET + " >cache/sub/y; ln -s x.log cache/l");
        shell.run(
                "mv new.log newer.log; mv cache/sub cache/other; rm cache/l; chmod 600 newer.log; truncate -s 50 a.log");
        shell.run("exec 3>held.log; echo " + SECRET + " >&3; mv held.log still.log; echo " + SECRET + " >&3");
        shell.run("exec 4>gone; rm gone; echo unlinked >&4; " + NAMELESS.formatted("named", "more"));
        shell.run(NAMELESS.formatted("named.log", SECRET));
        Process unhooked = new ProcessBuilder("sh", "-c", "echo " + SECRET + " >>a.log")
                .directory(source.toFile())
                .start();
        assertThat(unhooked.waitFor()).isZero();
    }

    private static void crossByName(CapturedShell shell) throws Exception {
        shell.run("mv enters.log enters; echo later >>enters; mv leaves left.log; echo " + SECRET + " >>left.log");
        // One name of several inside is enough.
        shell.run(
                "echo both >both.log; ln both.log both; echo more >>both.log; ln keep keep.log; echo kept >>keep.log");
        shell.run("echo one >one.log; ln one.log one; echo two >>one; rm one; echo " + SECRET + " >>one.log");
    }

    private static void crossByDirectory(CapturedShell shell) throws Exception {
        shell.run("mv from.log from; echo later >>from/f; mv out out.log; echo " + SECRET + " >>out.log/f");
        shell.run("mkdir into/cache; echo " + SECRET + " >into/cache/z; mv into within");
        shell.run("mv shared private; echo " + SECRET + " >>private/secret; echo plain >>private/plain");
    }

    private Path snapshot(String id) throws Exception {
        Path to = Files.createDirectory(place.disk.resolve("snapshot-" + id));
        Ended ended = product.run("snapshot", "--source", "app", "--to", to, "--id", id, "--strict");
        assertThat(ended.status()).as(ended.err() + ended.out()).isZero();
        assertThat(product.run("verify", to).status()).isZero();
        Files.delete(to.resolve(".catchwater-manifest.json"));
        assertThat(TreeDifferences.between(included(), to)).isEmpty();
        return to;
    }

    private void restored(Path snapshot) throws Exception {
        String id = snapshot.getFileName().toString().substring("snapshot-".length());
        Path to = Files.createDirectory(place.disk.resolve("restored-" + id));
        Ended ended = product.run("restore", "--source", "app", "--to", to, "--at", "snapshot:" + id);
        assertThat(ended.status()).as(ended.err()).isZero();
        Files.deleteIfExists(to.resolve(".catchwater-manifest.json"));
        assertThat(TreeDifferences.between(snapshot, to)).isEmpty();
    }

    /** A copy of the source without what is excluded. */
    private Path included() throws Exception {
        Path copy = place.disk.resolve("included-" + copies++);
        Process made = new ProcessBuilder("cp", "-a", source.toString(), copy.toString())
                .inheritIO()
                .start();
        assertThat(made.waitFor()).isZero();
        Exclusion exclusion = Exclusion.of(EXPRESSION);
        try (Stream<Path> all = Files.walk(copy)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                byte[] onSource =
                        source.resolve(copy.relativize(path)).toString().getBytes(UTF_8);
                int rootLength = source.toString().getBytes(UTF_8).length;
                if (!path.equals(copy) && exclusion.excludes(ByteBuffer.wrap(onSource), rootLength)) {
                    Files.delete(path);
                }
            }
        }
        return copy;
    }

    private void nothingIsPublished() throws Exception {
        SourceTopics topics = SourceTopics.of(product);
        for (String topic : List.of(Topics.events("app"), Topics.chunks("app"))) {
            List<String> values = topics.read(topic, new ByteArrayDeserializer()).stream()
                    .map(each -> new String(each.value(), ISO_8859_1))
                    .toList();
            assertThat(values).isNotEmpty();
            assertThat(values.stream().filter(value -> value.contains(SECRET)).count())
                    .as(topic)
                    .isZero();
        }
    }
}
