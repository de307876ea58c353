package io.catchwater.sink.runfiles;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.files.Attributes;
import io.catchwater.files.Descriptor;
import io.catchwater.files.Names;
import io.catchwater.schemas.control.RunFileKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunFilesTest {

    private static final String POSTMASTER = "4242\\n/var/lib/pg\\n1700000000\\n5432\\n/run\\nlocalhost\\n";

    @TempDir
    Path folder;

    /** A directory's other names, a name, its content (no content: empty), and what it is (nothing: kept). */
    @ParameterizedTest
    @CsvSource({
        "'PG_VERSION global/', postmaster.pid,       '" + POSTMASTER + "', PID_FILE",
        "'PG_VERSION global/', postmaster.pid,       '',                   PID_FILE",
        "'PG_VERSION global/', postmaster.pid,       '-4242\\n',           PID_FILE",
        "'PG_VERSION global/', .s.PGSQL.5432.lock,   '" + POSTMASTER + "', LOCK",
        "'',                   .s.PGSQL.5432.lock,   '" + POSTMASTER + "', LOCK",
        "'',                   .s.PGSQL.5432.lock,   '',                   LOCK",
        "'ibdata1 mysql/',     db1.pid,              '4242\\n',            PID_FILE",
        "'aria_log_control',   db1.pid,              '4242',               PID_FILE",
        "'ibdata1',            mysqlx.sock.lock,     '4242\\n',            LOCK",
        "'dump.rdb',           redis.pid,            '4194304\\n',         PID_FILE",
        "'appendonlydir/',     redis_6379.pid,       '1\\n',               PID_FILE",
        "'appendonly.aof',     redis.pid,            '  77 \\n',           PID_FILE",
        "'WiredTiger storage.bson', mongod.lock,     '4242\\n',            LOCK",
        "'WiredTiger storage.bson', mongod.pid,      '4242\\n',            PID_FILE",
    })
    void aRunFileOfAServer(String beside, String name, String content, RunFileKind kind) throws IOException {
        assertThat(kindOf(beside, name, content)).contains(kind);
    }

    /** Whatever only looks like one is kept: a backup that lacks a file is worse than one that has it. */
    @ParameterizedTest
    @CsvSource({
        "'',                   postmaster.pid,       '" + POSTMASTER + "'",
        "'PG_VERSION',         postmaster.pid,       '" + POSTMASTER + "'",
        "'global/',            postmaster.pid,       '" + POSTMASTER + "'",
        "'PG_VERSION/ global/', postmaster.pid,      '" + POSTMASTER + "'",
        "'PG_VERSION global/', postmaster.opts,      '4242\\n'",
        "'PG_VERSION global/', postmaster.pid.old,   '" + POSTMASTER + "'",
        "'PG_VERSION global/', app.pid,              '4242\\n'",
        "'',                   .s.PGSQL.5432.lock,   'no number\\n4242\\n'",
        "'',                   .s.PGSQL.x.lock,      '4242\\n'",
        "'',                   app.pid,              '4242\\n'",
        "'',                   mysqld.pid,           '4242\\n'",
        "'ibdata1',            app.pid,              'these are notes\\n'",
        "'ibdata1',            app.pid,              '4242 and more\\n'",
        "'ibdata1',            app.pid,              '4242\\n4243\\n'",
        "'ibdata1',            app.pid,              ''",
        "'ibdata1',            app.pid,              '0\\n'",
        "'ibdata1',            app.pid,              '-1\\n'",
        "'ibdata1',            app.pid,              '042\\n'",
        "'ibdata1',            app.pid,              '4194305\\n'",
        "'ibdata1',            app.pid,              '99999999999999999999\\n'",
        "'ibdata1/',           app.pid,              '4242\\n'",
        "'ibdata1',            app.pid.txt,          '4242\\n'",
        "'ibdata1',            yarn.lock,            '4242\\n'",
        "'appendonlydir',      redis.pid,            '4242\\n'",
        "'WiredTiger',         mongod.lock,          '4242\\n'",
        "'WiredTiger storage.bson', mongod.lock,     ''",
    })
    void whatOnlyLooksLikeOne(String beside, String name, String content) throws IOException {
        assertThat(kindOf(beside, name, content)).isEmpty();
    }

    @Test
    void aSocketIsOneEverywhereAndNothingElseThatIsNoFile() throws IOException {
        try (Descriptor directory = Descriptor.openDirectory(folder)) {
            make("PG_VERSION global/");
            Names.makeNode(directory, bytes("any name"), 0140755, 0);
            Names.makeNode(directory, bytes("fifo.pid"), 0010644, 0);
            Names.makeSymlink(bytes("elsewhere"), directory, bytes("postmaster.pid"));
            assertThat(kindOf(directory, "any name")).contains(RunFileKind.SOCKET);
            assertThat(kindOf(directory, "fifo.pid")).isEmpty();
            assertThat(kindOf(directory, "postmaster.pid")).isEmpty();
            assertThat(kindOf(directory, "global")).isEmpty();
        }
    }

    @Test
    void aLargeFileIsNone() throws IOException {
        assertThat(kindOf("PG_VERSION global/", "postmaster.pid", "4242\n" + "x".repeat(65_531)))
                .contains(RunFileKind.PID_FILE);
        assertThat(kindOf("", "postmaster.pid", "4242\n" + "x".repeat(65_532))).isEmpty();
        assertThat(kindOf("ibdata1", "m.pid", "4242" + "\n".repeat(60))).contains(RunFileKind.PID_FILE);
        assertThat(kindOf("", "m.pid", "4242" + "\n".repeat(61))).isEmpty();
    }

    private void make(String names) throws IOException {
        for (String name : names.split(" ", -1)) {
            if (name.endsWith("/")) {
                Files.createDirectories(folder.resolve(name));
            } else if (!name.isEmpty()) {
                Files.writeString(folder.resolve(name), "");
            }
        }
    }

    private Optional<RunFileKind> kindOf(String beside, String name, String content) throws IOException {
        make(beside);
        Files.writeString(folder.resolve(name), content.replace("\\n", "\n"));
        try (Descriptor directory = Descriptor.openDirectory(folder)) {
            return kindOf(directory, name);
        }
    }

    private static Optional<RunFileKind> kindOf(Descriptor directory, String name) throws IOException {
        return RunFiles.kindOf(directory, bytes(name), Attributes.status(directory, bytes(name)));
    }

    private static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }
}
