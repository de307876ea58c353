package io.catchwater.cli.demo;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A book of accounts in which half of a transaction shows: each moves an amount from one account to another and writes a
 * line that says so, with the writer's own number of it.
 *
 * @param integrity what {@code PRAGMA integrity_check} answers
 * @param total of all balances
 * @param wrongAccounts accounts whose balance is not what the lines make it
 * @param writers by number
 */
record Ledger(String integrity, long total, long wrongAccounts, Map<Integer, Written> writers) {

    static final String FILE = "ledger.db";
    static final int ACCOUNTS = 10;
    static final long OPENING_BALANCE = 1_000_000;
    static final long TOTAL = ACCOUNTS * OPENING_BALANCE;

    /** So that the base copy has something to do. */
    private static final int BALLAST_ROWS = 16;

    private static final int BALLAST_ROW_BYTES = 1 << 20;

    /**
     * Lines of one writer.
     *
     * @param lines how many there are
     * @param last the highest number; equal to {@code lines} when none is missing
     */
    record Written(long lines, long last) {}

    Ledger {
        writers = Map.copyOf(writers);
    }

    /** Makes the database, in WAL mode. */
    static void create(Path database) throws InterruptedException {
        Sqlite.run(
                database, String.format(Locale.ROOT, """
                        PRAGMA journal_mode = WAL;
                        CREATE TABLE account(id INTEGER PRIMARY KEY, balance INTEGER NOT NULL);
                        CREATE TABLE ledger(writer INTEGER, number INTEGER, source INTEGER, target INTEGER,
                                            amount INTEGER, PRIMARY KEY (writer, number)) WITHOUT ROWID;
                        CREATE TABLE ballast(content BLOB);
                        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
                          INSERT INTO account SELECT i, %d FROM n;
                        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
                          INSERT INTO ballast SELECT randomblob(%d) FROM n;
                        """, ACCOUNTS, OPENING_BALANCE, BALLAST_ROWS, BALLAST_ROW_BYTES));
    }

    /** One transaction, on one line. */
    static String transaction(int writer, long number, int source, int target, int amount) {
        return String.format(
                Locale.ROOT,
                "BEGIN IMMEDIATE;"
                        + " UPDATE account SET balance = balance - %5$d WHERE id = %3$d;"
                        + " UPDATE account SET balance = balance + %5$d WHERE id = %4$d;"
                        + " INSERT INTO ledger VALUES (%1$d, %2$d, %3$d, %4$d, %5$d);"
                        + " COMMIT;",
                writer,
                number,
                source,
                target,
                amount);
    }

    /** Reads what a database holds. Opening it changes files beside it: give it a copy of what must stay as it is. */
    static Ledger read(Path database) throws InterruptedException {
        String integrity = String.join("; ", Sqlite.run(database, "PRAGMA integrity_check;"));
        long total = number(Sqlite.run(database, "SELECT sum(balance) FROM account;"));
        long wrong = number(Sqlite.run(database, String.format(Locale.ROOT, """
                        SELECT count(*) FROM account WHERE balance <> %d
                          + (SELECT coalesce(sum(amount), 0) FROM ledger WHERE target = account.id)
                          - (SELECT coalesce(sum(amount), 0) FROM ledger WHERE source = account.id);
                        """, OPENING_BALANCE)));
        Map<Integer, Written> writers = new HashMap<>();
        for (String line : Sqlite.run(database, "SELECT writer, count(*), max(number) FROM ledger GROUP BY writer;")) {
            String[] fields = line.split("\\|", -1);
            writers.put(Integer.parseInt(fields[0]), new Written(Long.parseLong(fields[1]), Long.parseLong(fields[2])));
        }
        return new Ledger(integrity, total, wrong, writers);
    }

    /** All lines. */
    long lines() {
        return writers.values().stream().mapToLong(Written::lines).sum();
    }

    private static long number(List<String> lines) {
        return Long.parseLong(lines.get(0));
    }
}
