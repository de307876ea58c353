package io.catchwater.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./dev bench moments}: databases at full load, and which moments of theirs can be restored. */
@Command(name = "moments", mixinStandardHelpOptions = true)
final class Moments implements Callable<Integer> {

    @Option(names = "--seconds", defaultValue = "30", description = "Length of each load. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(names = "--megabytes", defaultValue = "100", description = "Size of a database. Default: ${DEFAULT-VALUE}.")
    private int megabytes;

    @Option(names = "--snapshots", defaultValue = "10", description = "How many. Default: ${DEFAULT-VALUE}.")
    private int snapshots;

    @Option(names = "--seed", defaultValue = "1", description = "Of the loads. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--database", description = "postgresql or mariadb. Default: both.")
    private String only;

    @Option(names = "--place", defaultValue = "/var/tmp", description = "Where to work. Default: ${DEFAULT-VALUE}.")
    private Path place;

    @Option(names = "--keep", description = "Leave what was made, logs too.")
    private boolean keep;

    @Option(names = "--json", description = "One JSON object instead of a table.")
    private boolean json;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Moments()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        System.err.printf(
                Locale.ROOT,
                "%d processors, %s; seed %d, %d MB, %d s, %d clients%n",
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                seed,
                megabytes,
                seconds,
                Database.CLIENTS);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> ProcessHandle.current().descendants().forEach(ProcessHandle::destroy)));
        Figures figures = new Figures();
        for (Database database : List.of(new Postgresql(), new Mariadb())) {
            if (only == null || only.equals(database.name())) {
                MomentsTrial trial = new MomentsTrial(database, place, megabytes, seconds, snapshots, seed, figures);
                try {
                    trial.run();
                } finally {
                    if (keep) {
                        System.err.println("kept: " + trial.place());
                    } else {
                        trial.remove();
                    }
                }
            }
        }
        System.out.println(json ? figures.json() : figures.table());
        return 0;
    }
}
