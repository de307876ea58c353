package io.catchwater.cli.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.cli.ExitStatus;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CoverageTest {

    /** As the bridge gives the reason and the sink the line. */
    private static final String MAPPED =
            "data.mdb: mapped shared and writable: what is stored there is seen only at a cut (process 7)";

    private static final String SQLITE_INDEX =
            "ledger.db-shm: mapped shared and writable: what is stored there is seen only at a cut (process 7)";

    private static final String OTHER = ": /usr/bin/app is captured by symbol interposition only (process 8)";

    private static final String AGAIN = "file: changed by something that is not captured; read again";

    private static final String STILL =
            "still.mdb: mapped shared and writable: read while nothing was stored there (process 7)";

    private final Coverage coverage = new Coverage(List.of(MAPPED, SQLITE_INDEX, OTHER, AGAIN, STILL));

    @Test
    void lacksAtACutWhatMayHaveChangedThroughMemory() {
        assertThat(coverage.atACut()).containsExactly(MAPPED, OTHER);
    }

    @Test
    void lacksAtTheEndOnlyWhatNobodyReadAgain() {
        assertThat(coverage.atTheEnd()).containsExactly(OTHER);
    }

    @Test
    void whatWasReadAgainCountsOnlyForTheStrict() {
        Coverage again = new Coverage(List.of(AGAIN));
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        assertThat(again.tell(new PrintStream(said, true, UTF_8), false)).isEqualTo(ExitStatus.DONE);
        assertThat(again.tell(new PrintStream(said, true, UTF_8), true)).isEqualTo(ExitStatus.NOT_CAPTURED);
        assertThat(said.toString(UTF_8)).isEqualTo(("catchwater: " + AGAIN + "\n").repeat(2));
    }
}
