package io.catchwater.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One database: bare, then with a base copy at rest, then with everything under load. */
final class MomentsTrial {

    private static final long NS_PER_MS = 1_000_000;
    private static final long WARM_UP_SECONDS = 3;
    private static final int LONG_LOAD_SECONDS = 600;

    private final Database database;
    private final Path place;
    private final Path socket;
    private final Path original;
    private final int megabytes;
    private final int seconds;
    private final int snapshots;
    private final long seed;
    private final Figures figures;

    MomentsTrial(Database database, Path parent, int megabytes, int seconds, int snapshots, long seed, Figures figures)
            throws IOException, InterruptedException {
        this.database = database;
        this.place = Files.createTempDirectory(parent, "catchwater-bench-");
        Shell.call(List.of("chmod", "0755", place.toString()));
        this.socket = Files.createDirectory(place.resolve("socket"));
        this.original = Files.createDirectory(place.resolve("original"));
        this.megabytes = megabytes;
        this.seconds = seconds;
        this.snapshots = snapshots;
        this.seed = seed;
        this.figures = figures;
    }

    /** Where all is that was made. */
    Path place() {
        return place;
    }

    void run() throws IOException, InterruptedException {
        database.initialize(original, socket, megabytes);
        double bare = bare();
        double idle = idleBaseCopy();
        underLoad(bare, idle);
    }

    private void say(String what) {
        System.err.println(database.name() + ": " + what);
    }

    private void figure(String row, String format, double value) {
        figures.add(row, database.name(), format, value);
    }

    private Path copy(String name) throws IOException, InterruptedException {
        Path data = place.resolve(name);
        Shell.call(List.of("cp", "-a", original.toString(), data.toString()));
        Shell.call(List.of("sync"));
        return data;
    }

    private static long nowNs() {
        return System.currentTimeMillis() * NS_PER_MS;
    }

    private double bare() throws IOException, InterruptedException {
        say("bare");
        Path data = copy("bare");
        Process server = Shell.start(database.server(data, socket), Map.of(), place.resolve("bare.log"));
        database.awaitReady(socket);
        try (Load load = database.load(socket, seconds, seed)) {
            return load.await();
        } finally {
            database.stop(data, socket);
            server.waitFor();
        }
    }

    private double idleBaseCopy() throws IOException, InterruptedException {
        say("base copy at rest");
        Path data = copy("rest");
        try (Backup backup = Backup.start(place.resolve("rest.backup"), data, database.server(data, socket))) {
            database.awaitReady(socket);
            double took = baseCopy(backup);
            database.stop(data, socket);
            backup.await();
            return took;
        }
    }

    /** Seconds from the throttle's end to the copy's; the snapshot is there to wait for it. */
    private double baseCopy(Backup backup) throws IOException, InterruptedException {
        TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
        long begunNs = nowNs();
        backup.letCopy();
        backup.snapshot();
        OrderedHistory history = OrderedHistory.read(backup.kafka(), Backup.SOURCE);
        return (history.baseEndedNs() - begunNs) / 1e9;
    }

    @SuppressWarnings("try") // loads work as long as their resource is open
    private void underLoad(double bare, double idle) throws IOException, InterruptedException {
        Path data = copy("load");
        try (Backup backup = Backup.start(place.resolve("load.backup"), data, database.server(data, socket))) {
            database.awaitReady(socket);
            say("base copy under load");
            double loaded;
            try (Load load = database.load(socket, LONG_LOAD_SECONDS, seed)) {
                loaded = baseCopy(backup);
            }
            backup.snapshot();
            say("load");
            long begunNs = nowNs();
            double captured;
            try (Load load = database.load(socket, seconds, seed)) {
                captured = load.await();
            }
            say("snapshots under load");
            List<Double> cuts = new ArrayList<>();
            List<Double> wholes = new ArrayList<>();
            long endedNs;
            try (Load load = database.load(socket, LONG_LOAD_SECONDS, seed)) {
                for (int number = 0; number < snapshots; number++) {
                    TimeUnit.SECONDS.sleep(1);
                    Backup.Taken taken = backup.snapshot();
                    cuts.add(taken.cutSeconds());
                    wholes.add(taken.seconds());
                }
                endedNs = nowNs();
            }
            double behind = backup.snapshot().cutSeconds();
            say("cuts after " + cuts + " s, sealed after " + wholes + " s");
            OrderedHistory history = OrderedHistory.read(backup.kafka(), Backup.SOURCE);
            say("copies: " + history.reasons());
            figure(
                    "share of the time whose every moment can be restored, %",
                    "%.3f", 100 * history.restorable(begunNs, endedNs));
            figure("longest hole, s", "%.3f", history.longestHole(begunNs, endedNs));
            figure("holes", "%.0f", (double) history.holes(begunNs, endedNs));
            figure("from asking for a snapshot to its cut, median, s", "%.2f", median(cuts));
            figure("from asking for a snapshot to its cut, worst, s", "%.2f", Collections.max(cuts));
            figure("from asking for a snapshot to its seal, median, s", "%.2f", median(wholes));
            figure("from asking to the cut when the load has just ended, s", "%.2f", behind);
            figure("base copy at rest, s", "%.2f", idle);
            figure("base copy under load, s", "%.2f", loaded);
            figure("base copy under load / at rest", "%.2f", loaded / idle);
            figure("transactions a second, bare", "%.0f", bare);
            figure("transactions a second, captured", "%.0f", captured);
            figure("captured / bare", "%.2f", captured / bare);
            figure("base copies", "%.0f", history.baseCopies());
            database.stop(data, socket);
            backup.await();
        }
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** Removes all that was made. */
    void remove() throws IOException, InterruptedException {
        Shell.call(List.of("rm", "-rf", place.toString()));
    }
}
