package io.catchwater.cli.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.catchwater.cli.progress.JsonMessages;
import io.catchwater.schemas.control.LeftOut;
import io.catchwater.schemas.control.RunFileKind;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LeftOutFilesTest {

    private static final LeftOut PID_FILE = new LeftOut("pg/postmaster.pid", RunFileKind.PID_FILE);
    private static final LeftOut SOCKET = new LeftOut("pg/.s.PGSQL.5432", RunFileKind.SOCKET);

    private static String printed(LeftOutFiles files) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        files.print(new PrintStream(out, true, UTF_8));
        return out.toString(UTF_8);
    }

    @Test
    void eachIsNamedWithWhatItIs() {
        assertThat(printed(new LeftOutFiles(List.of(PID_FILE, SOCKET), 2)))
                .isEqualTo("left out, telling of a running server: pg/postmaster.pid (pid file),"
                        + " pg/.s.PGSQL.5432 (socket); --keep-run-files keeps them\n");
    }

    @Test
    void whereNothingWasLeftOutNothingIsSaid() {
        assertThat(printed(new LeftOutFiles(List.of(), 0))).isEmpty();
    }

    @Test
    void aLineNamesTheFirstAndCountsTheRest() {
        assertThat(new LeftOutFiles(Collections.nCopies(100, SOCKET), 120).names())
                .startsWith("pg/.s.PGSQL.5432 (socket), ")
                .endsWith(" and 115 more");
    }

    @Test
    void jsonHasThemAsTheStatusHas() {
        ObjectNode node = JsonMessages.message("summary");
        new LeftOutFiles(List.of(PID_FILE), 120).fill(node);
        assertThat(node.path("left_out").toString())
                .isEqualTo("[{\"path\":\"pg/postmaster.pid\",\"why\":\"PID_FILE\"}]");
        assertThat(node.path("left_out_count").asLong()).isEqualTo(120);
    }
}
