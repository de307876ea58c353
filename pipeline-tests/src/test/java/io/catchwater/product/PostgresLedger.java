package io.catchwater.product;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Commits one numbered transaction after the other through psql: two rows in two tables, so that half of one shows.
 * Its own thread writes; any thread may ask.
 */
final class PostgresLedger implements AutoCloseable {

    private static final String TABLES =
            "CREATE TABLE ledger(number bigint PRIMARY KEY); CREATE TABLE echo(number bigint PRIMARY KEY, filler text)";

    private static final String TRANSACTION = """
            BEGIN; INSERT INTO ledger VALUES (%1$d); INSERT INTO echo VALUES (%1$d, repeat('x', 500)); COMMIT;
            \\echo committed %1$d
            """;

    private final Process psql;
    private final Thread thread = new Thread(this::work, "ledger");
    private volatile long begun;
    private volatile long committed;
    private volatile boolean stopping;
    private volatile IOException failure;

    private PostgresLedger(Process psql) {
        this.psql = psql;
    }

    static PostgresLedger start(Postgres postgres) throws IOException, InterruptedException {
        postgres.client("psql", "-qc", TABLES);
        Process psql = new ProcessBuilder(postgres.command("psql", "-Atq", "-h", postgres.socket(), "-U", "postgres"))
                .directory(postgres.socket().toFile())
                .redirectErrorStream(true)
                .start();
        PostgresLedger ledger = new PostgresLedger(psql);
        ledger.thread.start();
        return ledger;
    }

    private void work() {
        try (BufferedWriter in = new BufferedWriter(new OutputStreamWriter(psql.getOutputStream(), UTF_8));
                BufferedReader out = new BufferedReader(new InputStreamReader(psql.getInputStream(), UTF_8))) {
            while (!stopping) {
                commit(begun + 1, in, out);
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    private void commit(long number, BufferedWriter in, BufferedReader out) throws IOException {
        begun = number;
        in.write(TRANSACTION.formatted(number));
        in.flush();
        String answer = out.readLine();
        if (!("committed " + number).equals(answer)) {
            throw new IOException("psql says: " + answer);
        }
        committed = number;
    }

    /** The last transaction whose commit has returned. */
    long committed() {
        return committed;
    }

    /** The last transaction that has begun. */
    long begun() {
        return begun;
    }

    /** What is wrong with a database as of a moment; none when it holds just what was committed then. */
    static List<String> problems(Postgres postgres, long committed, long begun)
            throws IOException, InterruptedException {
        List<String> problems = new ArrayList<>();
        long lines = postgres.number("SELECT count(*) FROM ledger");
        long last = postgres.number("SELECT coalesce(max(number), 0) FROM ledger");
        long halves = postgres.number(
                "SELECT count(*) FROM ledger FULL JOIN echo USING (number) WHERE ledger IS NULL OR echo IS NULL");
        if (lines != last) {
            problems.add(last - lines + " transactions before the last are missing");
        }
        if (last < committed) {
            problems.add(committed - last + " committed transactions are missing");
        }
        if (last > begun) {
            problems.add(last - begun + " transactions are from after the moment");
        }
        if (halves != 0) {
            problems.add(halves + " transactions are there by half");
        }
        return problems;
    }

    /** Ends after the transaction at hand; throws when one did not go well. */
    void stop() throws IOException, InterruptedException {
        stopping = true;
        thread.join();
        if (failure != null) {
            throw failure;
        }
        psql.waitFor();
    }

    @Override
    public void close() {
        stopping = true;
        psql.destroyForcibly();
    }
}
