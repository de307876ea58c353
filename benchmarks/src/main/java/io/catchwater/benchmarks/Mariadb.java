package io.catchwater.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** MariaDB under a procedure that inserts, updates and reads; each transaction is committed to disk. */
final class Mariadb implements Database {

    private static final String TABLES = "CREATE DATABASE d; USE d;"
            + " CREATE TABLE filler(n BIGINT PRIMARY KEY AUTO_INCREMENT, content BLOB);"
            + " CREATE TABLE ledger(n BIGINT PRIMARY KEY AUTO_INCREMENT, account INT, content VARCHAR(600));"
            + " CREATE TABLE account(n INT PRIMARY KEY, balance BIGINT);"
            + " INSERT INTO account SELECT seq, 0 FROM seq_1_to_10000;"
            + " INSERT INTO filler(content) SELECT repeat(char(65 + seq MOD 26), 8000) FROM seq_1_to_%d;%n";

    /** One second of transactions; says how many. */
    private static final String PROCEDURE = "USE d%n"
            + "DELIMITER //%n"
            + "CREATE PROCEDURE work(seed INT) BEGIN%n"
            + " DECLARE done INT DEFAULT 0; DECLARE who INT DEFAULT 0; DECLARE seen BIGINT;%n"
            + " DECLARE until_time DATETIME(6) DEFAULT SYSDATE(6) + INTERVAL 1 SECOND; SET rand_seed1 = seed, rand_seed2 = seed + 1;%n"
            + " WHILE SYSDATE(6) < until_time DO%n"
            + "  SET who = 1 + FLOOR(RAND() * 10000); START TRANSACTION;%n"
            + "  INSERT INTO ledger(account, content) VALUES (who, repeat('x', 200));%n"
            + "  UPDATE account SET balance = balance + 1 WHERE n = who;%n"
            + "  SELECT balance INTO seen FROM account WHERE n = who;%n"
            + "  COMMIT; SET done = done + 1;%n"
            + " END WHILE; SELECT done; END//%n";

    private static final int FILLER_ROWS_PER_MEGABYTE = 110;

    @Override
    public String name() {
        return "mariadb";
    }

    private static List<String> client(Path socket, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of("mariadb", "--no-defaults", "-S", socket + "/mariadb", "-u", "root", "-NB"));
        command.addAll(List.of(arguments));
        return command;
    }

    private static String user() {
        return "--user=" + System.getProperty("user.name");
    }

    @Override
    public void initialize(Path data, Path socket, int megabytes) throws IOException, InterruptedException {
        Shell.call(List.of(
                "mariadb-install-db",
                "--no-defaults",
                "--datadir=" + data,
                user(),
                "--auth-root-authentication-method=normal",
                "--skip-test-db"));
        Path said = Files.createTempFile("catchwater-bench", ".server");
        Process server = Shell.start(server(data, socket), Map.of(), said);
        awaitReady(socket);
        Shell.call(
                client(socket),
                TABLES.formatted(Math.max(1, megabytes) * FILLER_ROWS_PER_MEGABYTE) + PROCEDURE.formatted());
        stop(data, socket);
        server.waitFor();
        Files.delete(said);
    }

    @Override
    public List<String> server(Path data, Path socket) {
        return List.of(
                "/usr/sbin/mariadbd",
                "--no-defaults",
                "--datadir=" + data,
                user(),
                "--socket=" + socket + "/mariadb",
                "--pid-file=" + socket + "/pid",
                "--skip-networking");
    }

    @Override
    public List<String> probe(Path socket) {
        return client(socket, "-e", "SELECT 1");
    }

    @Override
    public Load load(Path socket, int seconds, long seed) throws IOException {
        List<List<String>> clients = new ArrayList<>();
        for (int number = 0; number < CLIENTS; number++) {
            StringBuilder statements = new StringBuilder("USE d;");
            for (int second = 0; second < seconds; second++) {
                statements
                        .append("CALL work(")
                        .append(seed + (long) number * seconds + second)
                        .append(");");
            }
            clients.add(client(socket, "-e", statements.toString()));
        }
        return new Load(clients, said -> said.lines().mapToLong(Long::parseLong).sum() / (double) seconds);
    }

    @Override
    public void stop(Path data, Path socket) throws IOException, InterruptedException {
        Shell.call(client(socket, "-e", "SHUTDOWN"));
    }
}
