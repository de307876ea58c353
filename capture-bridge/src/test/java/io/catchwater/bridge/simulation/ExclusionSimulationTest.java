package io.catchwater.bridge.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.schemas.Exclusion;
import io.catchwater.schemas.event.Event;
import io.catchwater.schemas.event.Written;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is excluded lies outside the tree, wherever a name goes; what is not is an exact prefix at every cut. */
final class ExclusionSimulationTest {

    /** The last depends on the name of the directory, so that renaming that moves what is below. */
    private static final Exclusion EXCLUSION = Exclusion.of("\\.x$|/skip(/|$)|/d[13]/odd");

    private static final byte SECRET = 'S';
    private static final long RUN_NS = 1_500_000_000L;

    @TempDir
    Path directory;

    private Source source;
    private Random random;
    private Source.Program program;
    private final List<String> files = new ArrayList<>();
    private final List<String> directories = new ArrayList<>();
    private final List<Source.OpenFile> open = new ArrayList<>();
    private int made;

    private void prepare(long seed) throws IOException {
        Path root = Files.createDirectory(directory.resolve("root"));
        source = new Source(
                root.toRealPath(),
                Files.createDirectory(directory.resolve("outside")).toRealPath());
        random = new Random(seed);
        for (String name : List.of("d1", "d2", "skip", "d2/sub")) {
            Files.createDirectory(root.resolve(name));
            directories.add(name);
        }
        for (int i = 0; i < 12; i++) {
            String path = freshPath();
            byte[] content = new byte[random.nextInt(80_000)];
            random.nextBytes(content);
            Files.write(root.resolve(path), content);
            files.add(path);
        }
    }

    private Harness harness(long seed) throws IOException {
        return new Harness(source, EXCLUSION, directory.resolve("ring"), 1 << 20, 3_000_000, 16 << 10, seed);
    }

    private String freshPath() {
        String holder = random.nextInt(4) == 0 ? "" : directories.get(random.nextInt(directories.size())) + "/";
        return holder + (random.nextBoolean() ? "odd" : "even") + made++ + (random.nextInt(3) == 0 ? ".x" : "");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void whatIsIncludedIsAPrefixAtEveryCut(long seed) throws Exception {
        prepare(seed);
        try (Harness harness = harness(seed)) {
            program = harness.program(1, 200_000);
            harness.start();
            for (String path : files) {
                open.add(program.open(path));
            }
            long end = System.nanoTime() + RUN_NS;
            while (System.nanoTime() < end) {
                act();
            }
            long lsn = harness.finish();
            int cuts = harness.check(lsn, random, 3);
            System.err.println("seed " + seed + ": " + source.done.size() + " changes, " + cuts + " cuts");
            assertThat(cuts).isPositive();
            Replica replica = replica(harness, lsn);
            assertThat(replica.uncovered).isEmpty();
            Harness.assertSame(harness.included(source.onDisk()), replica.tree(), "on disk");
            assertThat(replica.tree()).hasSizeLessThan(source.onDisk().size());
        }
    }

    private static Replica replica(Harness harness, long lsn) {
        Replica replica = new Replica(harness.topics, Harness.PARTITIONS);
        harness.merged(lsn).forEach(replica::take);
        return replica;
    }

    private void act() throws IOException {
        switch (random.nextInt(40)) {
            case 0, 1, 2 -> {
                String path = freshPath();
                program.create(path);
                files.add(path);
                open.add(program.open(path));
            }
            case 3, 4, 5 -> {
                String path = files.remove(random.nextInt(files.size()));
                String newPath = freshPath();
                program.rename(path, newPath);
                files.add(newPath);
            }
            case 6 -> {
                if (files.size() > 5) {
                    program.unlink(files.remove(random.nextInt(files.size())));
                }
            }
            case 7, 8 -> {
                String path = freshPath();
                program.link(path, files.get(random.nextInt(files.size())));
                files.add(path);
            }
            case 9 -> renameDirectory();
            case 10 -> program.truncate(open.get(random.nextInt(open.size())), random.nextInt(80_000));
            default -> {
                byte[] bytes = new byte[1 + random.nextInt(3000)];
                random.nextBytes(bytes);
                Source.OpenFile file = open.get(random.nextInt(open.size()));
                if (random.nextInt(4) == 0) {
                    program.writeInTwo(file, random.nextInt(80_000), bytes, bytes.length / 2);
                } else {
                    program.write(file, random.nextInt(80_000), bytes, random.nextInt(10) == 0);
                }
            }
        }
    }

    private void renameDirectory() throws IOException {
        String path = directories.get(random.nextInt(directories.size()));
        String newPath = List.of("d1", "d2", "d3", "d4", "skip", "other").get(random.nextInt(6));
        boolean isFree = directories.stream().noneMatch(newPath::equals);
        if (!isFree || newPath.startsWith(path + "/")) {
            return;
        }
        program.rename(path, newPath);
        files.replaceAll(each -> moved(each, path, newPath));
        directories.replaceAll(each -> moved(each, path, newPath));
    }

    private static String moved(String path, String from, String to) {
        return path.equals(from) || path.startsWith(from + "/") ? to + path.substring(from.length()) : path;
    }

    private static byte[] secret(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, SECRET);
        return bytes;
    }

    @Test
    void nothingOfAnExcludedFileIsPublished() throws Exception {
        prepare(7);
        Files.write(source.root.resolve("before.x"), secret(5000));
        Files.write(source.root.resolve("skip/before"), secret(5000));
        Files.write(source.root.resolve("leaves"), new byte[100]);
        Files.write(source.root.resolve("d2/odd"), new byte[100]);
        try (Harness harness = harness(7)) {
            Source.Program early = harness.program(1, 0);
            // Before the first listing nobody knows what these are.
            early.write(early.open("before.x"), 10, secret(4000), false);
            early.writeInTwo(early.open("skip/before"), 10, secret(4000), 1000);
            harness.start();
            harness.finish();
            early.write(early.open("before.x"), 4000, secret(3000), false);
            early.create("new.x");
            early.write(early.open("new.x"), 0, secret(3000), false);
            early.makeDirectory("skip/inner");
            early.create("skip/inner/deep");
            early.write(early.open("skip/inner/deep"), 0, secret(10), false);
            Source.OpenFile leaves = early.open("leaves");
            early.rename("leaves", "left.x");
            early.write(leaves, 0, secret(50), false);
            Source.OpenFile odd = early.open("d2/odd");
            early.unlink("skip/inner/deep");
            early.unlink("skip/inner");
            early.rename("d1", "free");
            early.rename("d2", "d1");
            early.write(odd, 0, secret(50), false);
            harness.finish();
            early.write(odd, 50, secret(50), false);
            long lsn = harness.finish();
            for (Event event : harness.merged(lsn)) {
                if (event.getBody() instanceof Written written) {
                    assertThat(isSecret(written.getContent())).isFalse();
                }
            }
            assertThat(harness.topics.chunkContents()).noneMatch(ExclusionSimulationTest::isSecret);
            Map<String, byte[]> tree = replica(harness, lsn).tree();
            Harness.assertSame(harness.included(source.onDisk()), tree, "at the end");

            early.rename("left.x", "back");
            early.rename("d1", "d2");
            lsn = harness.finish();
            Replica replica = replica(harness, lsn);
            Harness.assertSame(harness.included(source.onDisk()), replica.tree(), "when they came back");
            assertThat(replica.tree()).containsKeys("back", "d2/odd");
            assertThat(replica.uncovered).isEmpty();
        }
    }

    private static boolean isSecret(ByteBuffer content) {
        for (int i = content.position(), run = 0; i < content.limit(); i++) {
            run = content.get(i) == SECRET ? run + 1 : 0;
            if (run == 8) {
                return true;
            }
        }
        return false;
    }
}
