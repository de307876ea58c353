package io.catchwater.product;

import io.catchwater.product.Product.Ended;
import io.catchwater.product.Product.Started;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** A shell under capture that runs, in the source, one command after the other as it is told. One thread. */
final class CapturedShell {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration SOON = Duration.ofMillis(5);

    private final Path directory;
    private final Started run;
    private final Writer commands;
    private int done;

    private CapturedShell(Path directory, Started run, Writer commands) {
        this.directory = directory;
        this.run = run;
        this.commands = commands;
    }

    /**
     * Starts one, as source {@code app}.
     *
     * @param directory where it is told what to do, outside the source
     * @param more arguments of {@code run}
     */
    static CapturedShell start(Product product, Path directory, Path source, Path replica, String... more)
            throws IOException, InterruptedException {
        Path fifo = directory.resolve("commands");
        Process made = new ProcessBuilder("mkfifo", fifo.toString()).inheritIO().start();
        if (made.waitFor() != 0) {
            throw new IOException("no fifo at " + fifo);
        }
        String loop = "cd '" + source + "'; while read -r line; do eval \"$line\"; done <'" + fifo + "'";
        List<Object> arguments = new ArrayList<>(List.of("--source", "app=" + source, "--replica", replica));
        arguments.addAll(List.of(more));
        arguments.addAll(List.of("--", "sh", "-c", loop));
        Started run = product.start("run", arguments.toArray());
        return new CapturedShell(directory, run, Files.newBufferedWriter(fifo));
    }

    /** Runs a command of one line to its end. */
    void run(String command) throws IOException {
        Path marker = directory.resolve("done-" + done++);
        commands.write(command + "; : >'" + marker + "'\n");
        commands.flush();
        Awaitility.await().atMost(LIMIT).pollInterval(SOON).until(() -> {
            run.requireAlive();
            return Files.exists(marker);
        });
    }

    /** Ends the shell. */
    Ended end() throws IOException, InterruptedException {
        commands.close();
        return run.await(LIMIT);
    }
}
