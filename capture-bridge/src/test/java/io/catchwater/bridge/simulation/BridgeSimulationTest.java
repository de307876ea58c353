package io.catchwater.bridge.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.bridge.source.NotCaptured;
import io.catchwater.bridge.source.UncapturedChanges;
import io.catchwater.schemas.event.Uncovered;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs change real files while the bridge copies them; what stands behind it is an exact prefix at every cut. */
final class BridgeSimulationTest {

    private static final String ANEW = ": MAPPED_ANEW";

    private static final int WINDOW_BYTES = 16 << 10;
    private static final long RUN_NS = 1_200_000_000L;

    @TempDir
    Path directory;

    private Source source;

    private Source prepare(long seed, int files, int mostBytes) throws IOException {
        Path root = Files.createDirectory(directory.resolve("root"));
        source = new Source(
                root.toRealPath(),
                Files.createDirectory(directory.resolve("outside")).toRealPath());
        Random random = new Random(seed);
        Files.createDirectories(root.resolve("a/b/c"));
        Files.createDirectories(root.resolve("empty"));
        for (int i = 0; i < files; i++) {
            byte[] content = new byte[random.nextInt(mostBytes)];
            random.nextBytes(content);
            Files.write(root.resolve((i % 2 == 0 ? "" : i % 3 == 0 ? "a/b/c/" : "a/") + "f" + i), content);
        }
        try (RandomAccessFile sparse =
                new RandomAccessFile(root.resolve("sparse").toFile(), "rw")) {
            sparse.seek(100_000);
            sparse.write(new byte[] {1, 2, 3});
            sparse.setLength(300_000);
        }
        return source;
    }

    private Harness harness(long seed) throws IOException {
        return new Harness(source, directory.resolve("ring"), 1 << 20, 3_000_000, WINDOW_BYTES, seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void theReplicaIsAPrefixAtEveryCut(long seed) throws Exception {
        prepare(seed, 12, 120_000);
        try (Harness harness = harness(seed)) {
            ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
            List<Thread> threads = IntStream.range(0, 3)
                    .mapToObj(i -> new Thread(() -> live(harness, i, seed * 10 + i, failures)))
                    .toList();
            threads.forEach(Thread::start);
            harness.start();
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(failures).isEmpty();
            long lsn = harness.finish();
            int cuts = harness.check(lsn, new Random(seed), 3);
            System.err.println("seed " + seed + ": " + source.done.size() + " changes, " + cuts + " cuts");
            assertThat(cuts).isPositive();
            Harness.assertSame(source.onDisk(), replicaAt(harness, lsn), "on disk");
        }
    }

    private java.util.Map<String, byte[]> replicaAt(Harness harness, long lsn) {
        Replica replica = new Replica(harness.topics, Harness.PARTITIONS);
        harness.merged(lsn).forEach(replica::take);
        assertThat(replica.uncovered).hasSizeLessThanOrEqualTo(source.unsaid.get());
        return replica.tree();
    }

    /** One thread of a program: each has names of its own, all write to all files. */
    private void live(Harness harness, int number, long seed, ConcurrentLinkedQueue<Throwable> failures) {
        Random random = new Random(seed);
        List<Source.OpenFile> open = new ArrayList<>();
        try {
            Source.Program program = harness.program(10 + number, 300_000);
            List<String> own = new ArrayList<>();
            for (int i = number; i < 12; i += 3) {
                own.add((i % 2 == 0 ? "" : i % 3 == 0 ? "a/b/c/" : "a/") + "f" + i);
            }
            for (String path : own) {
                open.add(program.open(path));
            }
            open.add(program.open("sparse"));
            long end = System.nanoTime() + RUN_NS;
            for (int i = 0; System.nanoTime() < end; i++) {
                act(program, random, own, open, number + "-" + i);
            }
        } catch (Throwable e) {
            failures.add(e);
        }
    }

    private void act(Source.Program program, Random random, List<String> own, List<Source.OpenFile> open, String fresh)
            throws IOException {
        Source.OpenFile file = open.get(random.nextInt(open.size()));
        byte[] bytes = new byte[1 + random.nextInt(3000)];
        random.nextBytes(bytes);
        int at = random.nextInt(130_000);
        switch (random.nextInt(20)) {
            case 0 -> program.truncate(file, random.nextInt(130_000));
            case 1 -> {
                program.create("n" + fresh);
                own.add("n" + fresh);
                open.add(program.open("n" + fresh));
            }
            case 2 -> {
                String path = own.get(random.nextInt(own.size()));
                String target = (random.nextBoolean() ? "a/b/" : "") + "r" + fresh;
                program.rename(path, target);
                own.remove(path);
                own.add(target);
            }
            case 3 -> {
                if (own.size() > 3) {
                    program.unlink(own.remove(random.nextInt(own.size())));
                }
            }
            case 4 -> {
                program.link("l" + fresh, own.get(random.nextInt(own.size())));
                own.add("l" + fresh);
            }
            case 5 -> program.makeDirectory("d" + fresh);
            case 6 -> {
                String path = own.get(random.nextInt(own.size()));
                String over = own.get(random.nextInt(own.size()));
                if (!path.equals(over)) {
                    boolean same = Source.id(source.root.resolve(path)).equals(Source.id(source.root.resolve(over)));
                    program.rename(path, over);
                    if (!same) {
                        own.remove(path);
                    }
                }
            }
            case 7 -> {
                Files.write(source.outside.resolve("o" + fresh), bytes);
                var key = io.catchwater.bridge.copy.FileKey.of(Source.id(source.outside.resolve("o" + fresh)));
                program.bringIn("o" + fresh, "o" + fresh, truth -> truth.file("o" + fresh, key, bytes));
                own.add("o" + fresh);
                open.add(program.open("o" + fresh));
            }
            case 8 -> {
                if (own.size() > 3) {
                    program.takeOut(own.remove(random.nextInt(own.size())), "t" + fresh);
                }
            }
            case 9 -> program.write(file, at, bytes, true);
            case 10 -> program.writeInTwo(file, at, bytes, bytes.length / 2);
            case 11 -> {
                if (random.nextInt(5) == 0) {
                    String path = own.remove(random.nextInt(own.size()));
                    program.renameUnseen(path, "u" + fresh);
                    own.add("u" + fresh);
                }
            }
            default -> program.write(file, at, bytes, false);
        }
    }

    @Test
    void whatTheDeadLeaveIsHealed() throws Exception {
        prepare(7, 6, 60_000);
        try (Harness harness = harness(7)) {
            harness.start();
            harness.finish();
            Source.Program living = harness.program(1, 0);
            Source.OpenFile file = living.open("f0");
            harness.program(2, 0).writeAndDie(file, 100, new byte[] {1, 2, 3});
            harness.program(3, 0).writeClaimAndDie(living.open("f2"), 50_000, new byte[70_000]);
            harness.program(4, 0).writeHalfAndDie(living.open("f4"), 10, new byte[2000], 900);
            harness.program(5, 0).writeHalfAndDie(living.open("f4"), 10, new byte[3000], 100);
            harness.program(6, 0).renameAndDie("a/f1", "moved");
            living.write(file, 0, new byte[] {9}, false);
            harness.dead.addAll(List.of(2, 3, 4, 5, 6));
            long lsn = harness.finish();
            Harness.assertSame(source.onDisk(), replicaAt(harness, lsn), "after the dead");
        }
    }

    @Test
    void directoriesComeAndGoWithAllBelow() throws Exception {
        prepare(8, 6, 60_000);
        Files.createDirectories(source.outside.resolve("big/sub"));
        Files.write(source.outside.resolve("big/sub/x"), new byte[70_000]);
        try (Harness harness = harness(8)) {
            harness.start();
            Source.Program program = harness.program(1, 100_000);
            program.bringIn("big", "big", truth -> {});
            program.write(program.open("big/sub/x"), 5, new byte[] {5}, false);
            program.takeOut("a", "a");
            harness.finish();
            program.rename("big", "bigger");
            program.takeOut("bigger", "out");
            program.bringIn("a", "back", truth -> {});
            program.write(program.open("back/f1"), 5, new byte[] {5}, false);
            long lsn = harness.finish();
            Harness.assertSame(source.onDisk(), replicaAt(harness, lsn), "at the end");
        }
    }

    @Test
    void anOverrunIsHealedByANewBaseCopy() throws Exception {
        prepare(9, 6, 60_000);
        try (Harness harness = new Harness(source, directory.resolve("ring"), 64 << 10, -1, WINDOW_BYTES, 9)) {
            Source.Program program = harness.program(1, 0);
            Source.OpenFile file = program.open("f0");
            for (int i = 0; i < 40; i++) {
                program.write(file, i * 1000L, new byte[3000], false);
            }
            assertThat(harness.ring.overruns()).isPositive();
            harness.start();
            for (int i = 0; i < 200; i++) {
                program.write(file, i * 100L, new byte[] {(byte) i}, false);
            }
            long lsn = harness.finish();
            Harness.assertSame(source.onDisk(), replicaAt(harness, lsn), "after the overrun");
        }
    }

    @Test
    void mappedFilesAreReadAgainAtACutAndAtTheEnd() throws Exception {
        prepare(10, 4, 60_000);
        try (Harness harness = harness(10)) {
            harness.start();
            harness.finish();
            Source.Program program = harness.program(1, 0);
            Source.OpenFile file = program.open("f0");
            program.mapped(file);
            file.file().seek(77);
            file.file().write(new byte[] {1, 2, 3, 4});
            harness.loop.requestCut("first").get();
            long lsn = harness.finish();
            Replica replica = new Replica(harness.topics, Harness.PARTITIONS);
            harness.merged(lsn).forEach(replica::take);
            assertThat(replica.uncovered).containsExactly("f0: MAPPED", ANEW, "f0: MAPPED_SETTLED");
            Harness.assertSame(source.onDisk(), replica.tree(), "at the end");
        }
    }

    /** Stored to all the time, a file is in no cut as it was at one moment, and is not said to be. */
    @Test
    void mappedFilesThatDoNotKeepStillAreNotSaidTo() throws Exception {
        prepare(10, 4, 60_000);
        AtomicBoolean stop = new AtomicBoolean();
        try (Harness harness = harness(10)) {
            harness.start();
            Source.Program program = harness.program(1, 0);
            Source.OpenFile file = program.open("f0");
            program.mapped(file);
            MappedByteBuffer stored = file.file()
                    .getChannel()
                    .map(FileChannel.MapMode.READ_WRITE, 0, file.file().length());
            Thread storing = new Thread(() -> {
                for (int i = 0; !stop.get(); i++) {
                    stored.put(i % stored.capacity(), (byte) i);
                }
            });
            storing.start();
            harness.loop.requestCut("first").get();
            stop.set(true);
            storing.join();
            harness.loop.requestCut("second").get();
            long lsn = harness.finish();
            Replica replica = new Replica(harness.topics, Harness.PARTITIONS);
            harness.merged(lsn).forEach(replica::take);
            assertThat(replica.uncovered).containsExactly("f0: MAPPED", ANEW, "f0: MAPPED", ANEW, "f0: MAPPED_SETTLED");
            Harness.assertSame(source.onDisk(), replica.tree(), "at the end");
        } finally {
            stop.set(true);
        }
    }

    /** A program may map a file before the first listing is closed. */
    @Test
    void mappedFilesAreNamedWhenTheirPathsAreKnown() throws Exception {
        prepare(11, 4, 60_000);
        try (Harness harness = harness(11)) {
            Source.Program program = harness.program(1, 0);
            program.mapped(program.open("f0"));
            program.mapped(program.open("f2"));
            harness.start();
            long lsn = harness.finish();
            Replica replica = new Replica(harness.topics, Harness.PARTITIONS);
            harness.merged(lsn).forEach(replica::take);
            assertThat(replica.uncovered).containsExactly("f0: MAPPED", "f2: MAPPED");
        }
    }

    @Test
    void whatNobodyCapturedIsNamedAndReadAgain() throws Exception {
        prepare(11, 6, 60_000);
        try (Harness harness = harness(11)) {
            harness.start();
            Source.Program program = harness.program(1, 0);
            program.create("made");
            program.write(program.open("f0"), 7, new byte[] {7}, false);
            harness.finish();
            harness.loop.requestCut("nothing happened").get();
            assertThat(uncovered(harness)).isEmpty();

            Files.write(source.root.resolve("f2"), new byte[] {1, 2, 3});
            Files.createDirectories(source.root.resolve("new/inner"));
            Files.write(source.root.resolve("new/inner/file"), new byte[] {4, 5});
            Files.delete(source.root.resolve("a/f1"));
            Files.write(source.root.resolve("made"), new byte[] {6});
            harness.loop.requestCut("after it").get();
            program.write(program.open("f0"), 8, new byte[] {8}, false);
            long lsn = harness.finish();
            Replica replica = new Replica(harness.topics, Harness.PARTITIONS);
            harness.merged(lsn).forEach(replica::take);
            Harness.assertSame(source.onDisk(), replica.tree(), "at the end");
            assertThat(uncovered(harness)).containsExactlyInAnyOrder("f2", ".", "a", "made");
        }
    }

    /** Two looks that agree are the proof: without them a cut says so, and the next one, that has them, does not. */
    @Test
    void whatIsChangedAllTheTimeIsNotTakenForReadAgain() throws Exception {
        prepare(14, 6, 60_000);
        AtomicBoolean stop = new AtomicBoolean();
        try (Harness harness = harness(14)) {
            harness.start();
            harness.finish();
            Path file = source.root.resolve("f2");
            Thread changing = new Thread(() -> {
                while (!stop.get()) {
                    file.toFile().setLastModified(System.currentTimeMillis());
                }
            });
            changing.start();
            harness.loop.requestCut("meanwhile").get();
            stop.set(true);
            changing.join();
            harness.loop.requestCut("afterwards").get();
            long lsn = harness.finish();
            Replica replica = new Replica(harness.topics, Harness.PARTITIONS);
            harness.merged(lsn).forEach(replica::take);
            assertThat(replica.uncovered)
                    .contains("f2: UNCAPTURED_CHANGE", "f2: UNSETTLED_CHANGE", ": UNCAPTURED_ANEW");
            assertThat(replica.uncovered.lastIndexOf("f2: UNSETTLED_CHANGE"))
                    .isLessThan(replica.uncovered.indexOf(": UNCAPTURED_ANEW"));
            Harness.assertSame(source.onDisk(), replica.tree(), "at the end");
        } finally {
            stop.set(true);
        }
    }

    @Test
    void whatWasChangedBeforeACapturedChangeIsReadAgainWhenTheKernelTells() throws Exception {
        prepare(12, 6, 60_000);
        try (Harness harness = harness(12)) {
            harness.start();
            Source.Program program = harness.program(1, 0);
            program.create("made");
            harness.finish();
            UncapturedChanges.Kind content = UncapturedChanges.Kind.CONTENT;

            Files.write(source.root.resolve("f2"), new byte[] {1, 2, 3});
            Files.write(source.root.resolve("made"), new byte[] {1, 2, 3});
            program.write(program.open("f2"), 7, new byte[] {7}, false);
            program.write(program.open("made"), 7, new byte[] {7}, false);
            harness.told.add(change("f2", content, 100, "/bin/static"));
            harness.told.add(change("made", content, 101, ""));
            // Nothing of these can be lost.
            harness.told.add(change("f0", UncapturedChanges.Kind.SUSPECTED, 102, "/bin/opens"));
            harness.told.add(change("f4", UncapturedChanges.Kind.ATTRIBUTES, 103, "/bin/links"));
            harness.told.add(new UncapturedChanges.Change(
                    Source.id(source.outside), false, content, 104, "/bin/elsewhere", NotCaptured.UNKNOWN));
            harness.loop.requestCut("after it").get();
            long lsn = harness.finish();
            Replica replica = new Replica(harness.topics, Harness.PARTITIONS);
            harness.merged(lsn).forEach(replica::take);
            Harness.assertSame(source.onDisk(), replica.tree(), "at the end");
            assertThat(reasons(harness))
                    .containsExactlyInAnyOrder("f2: UNCAPTURED_CHANGE /bin/static 100", "made: UNCAPTURED_CHANGE  101");
        }
    }

    @Test
    void whoMayHaveChangedAFileIsNamedWhenItHasChanged() throws Exception {
        prepare(13, 6, 60_000);
        try (Harness harness = harness(13)) {
            harness.start();
            harness.finish();
            Files.write(source.root.resolve("f2"), new byte[] {1, 2, 3});
            harness.told.add(change("f2", UncapturedChanges.Kind.SUSPECTED, 100, "/bin/maps"));
            Files.write(source.root.resolve("f4"), new byte[] {1, 2, 3});
            harness.told.add(change("f4", UncapturedChanges.Kind.SUSPECTED, 101, "/bin/opens"));
            harness.told.add(change("f4", UncapturedChanges.Kind.CONTENT, 102, "/bin/writes"));
            long lsn = harness.finish();
            Replica replica = new Replica(harness.topics, Harness.PARTITIONS);
            harness.merged(lsn).forEach(replica::take);
            Harness.assertSame(source.onDisk(), replica.tree(), "at the end");
            assertThat(reasons(harness))
                    .containsExactlyInAnyOrder(
                            "f2: UNCAPTURED_CHANGE /bin/maps 100", "f4: UNCAPTURED_CHANGE /bin/writes 102");
        }
    }

    private UncapturedChanges.Change change(String name, UncapturedChanges.Kind kind, int pid, String program)
            throws IOException {
        return new UncapturedChanges.Change(
                Source.id(source.root.resolve(name)), true, kind, pid, program, NotCaptured.UNKNOWN);
    }

    private static Set<String> reasons(Harness harness) {
        return harness.topics.events().stream()
                .flatMap(List::stream)
                .filter(event -> event.getBody() instanceof Uncovered)
                .map(event -> (Uncovered) event.getBody())
                .map(each -> StandardCharsets.UTF_8.decode(each.getPath().duplicate()) + ": " + each.getKind() + " "
                        + each.getProgram() + " " + each.getPid())
                .collect(Collectors.toSet());
    }

    private static Set<String> uncovered(Harness harness) {
        return harness.topics.events().stream()
                .flatMap(List::stream)
                .filter(event -> event.getBody() instanceof Uncovered)
                .map(event -> (Uncovered) event.getBody())
                .map(each -> StandardCharsets.UTF_8
                        .decode(each.getPath().duplicate())
                        .toString())
                .collect(Collectors.toSet());
    }
}
