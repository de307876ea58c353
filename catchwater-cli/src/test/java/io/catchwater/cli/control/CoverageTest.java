package io.catchwater.cli.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class CoverageTest {

    /** As the bridge gives the reason and the sink the line. */
    private static final String MAPPED =
            "data.mdb: mapped shared and writable: what is stored there is seen only at a cut (process 7)";

    private static final String SQLITE_INDEX =
            "ledger.db-shm: mapped shared and writable: what is stored there is seen only at a cut (process 7)";

    private static final String OTHER = ": /usr/bin/app is captured by symbol interposition only (process 8)";

    private final Coverage coverage = new Coverage(List.of(MAPPED, SQLITE_INDEX, OTHER));

    @Test
    void lacksAtACutWhatMayHaveChangedThroughMemory() {
        assertThat(coverage.atACut()).containsExactly(MAPPED, OTHER);
    }

    @Test
    void lacksAtTheEndOnlyWhatNobodyReadAgain() {
        assertThat(coverage.atTheEnd()).containsExactly(OTHER);
    }
}
