package io.catchwater.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.hook.HookEnvironment;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * SQLite's command line under capture, committing one transaction after the other until it is stopped. It says
 * {@code committed N} after a commit has returned, and only that counts as committed.
 */
final class LedgerWriter implements AutoCloseable {

    /** Between two transactions, as a program that does something else too. */
    private static final Duration PAUSE = Duration.ofMillis(4);

    private static final long END_LIMIT_SECONDS = 20;

    private final int number;
    private final Process process;
    private final Thread thread;
    private final Random random;
    private volatile long begun;
    private volatile long committed;
    private volatile boolean stopping;
    private volatile Exception failure;

    private LedgerWriter(int number, Process process) {
        this.number = number;
        this.process = process;
        this.random = new Random(number);
        this.thread = new Thread(this::work, "catchwater-demo-writer-" + number);
        thread.setDaemon(true);
    }

    /** Starts one. */
    static LedgerWriter start(int number, Path database, HookEnvironment hook) {
        ProcessBuilder builder =
                new ProcessBuilder(Sqlite.PROGRAM, "-batch", "-bail", database.toString()).redirectErrorStream(true);
        hook.addTo(builder.environment());
        try {
            LedgerWriter writer = new LedgerWriter(number, builder.start());
            writer.thread.start();
            return writer;
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.FAILED, "cannot start " + Sqlite.PROGRAM + ": " + e.getMessage(), e);
        }
    }

    /** Which of the writers this is. */
    int number() {
        return number;
    }

    /** The last transaction whose commit has returned. */
    long committed() {
        return committed;
    }

    /** The last transaction that SQLite has been given. */
    long begun() {
        return begun;
    }

    /** Requires that it is working. */
    void requireHealthy() {
        if (failure != null) {
            throw new CommandFailure(
                    ExitStatus.FAILED, "writer " + number + " of the demo failed: " + failure.getMessage(), failure);
        }
    }

    private void work() {
        try (BufferedWriter in = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), UTF_8));
                BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            in.write(".timeout 20000\n");
            while (!stopping) {
                commitOne(in, out);
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    private void commitOne(BufferedWriter in, BufferedReader out) throws IOException {
        long next = begun + 1;
        int source = 1 + random.nextInt(Ledger.ACCOUNTS);
        int target = 1 + (source + random.nextInt(Ledger.ACCOUNTS - 1)) % Ledger.ACCOUNTS;
        begun = next;
        in.write(Ledger.transaction(number, next, source, target, 1 + random.nextInt(100)));
        in.write(" SELECT 'committed " + next + "';\n");
        in.flush();
        String answer = out.readLine();
        if (!("committed " + next).equals(answer)) {
            throw new IOException(answer == null ? "SQLite ended" : answer);
        }
        committed = next;
    }

    /** Lets the transaction at hand end, then the program. Returns when its process is gone. */
    void stop() throws InterruptedException {
        stopping = true;
        thread.join();
        if (!process.waitFor(END_LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new CommandFailure(ExitStatus.FAILED, "writer " + number + " of the demo does not end");
        }
    }

    @Override
    public void close() {
        stopping = true;
        process.destroyForcibly();
    }
}
