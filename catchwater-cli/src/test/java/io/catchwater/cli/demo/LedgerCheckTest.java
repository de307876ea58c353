package io.catchwater.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.cli.demo.Ledger.Written;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LedgerCheckTest {

    private static final Map<Integer, Long> COMMITTED = Map.of(1, 10L, 2, 20L);
    private static final Map<Integer, Long> BEGUN = Map.of(1, 12L, 2, 21L);

    @Test
    void takesWhatLiesBetweenCommittedAndBegun() {
        assertThat(problems("ok", Ledger.TOTAL, 0, 11, 11)).isEmpty();
        assertThat(problems("ok", Ledger.TOTAL, 0, 10, 10)).isEmpty();
        assertThat(problems("ok", Ledger.TOTAL, 0, 12, 12)).isEmpty();
    }

    @Test
    void findsEachKindOfWrong() {
        assertThat(problems("row 3 missing", Ledger.TOTAL, 0, 11, 11))
                .singleElement()
                .asString()
                .contains("row 3");
        assertThat(problems("ok", Ledger.TOTAL - 5, 0, 11, 11))
                .singleElement()
                .asString()
                .contains("half");
        assertThat(problems("ok", Ledger.TOTAL, 2, 11, 11))
                .singleElement()
                .asString()
                .contains("2 balances");
        assertThat(problems("ok", Ledger.TOTAL, 0, 9, 9))
                .singleElement()
                .asString()
                .contains("committed");
        assertThat(problems("ok", Ledger.TOTAL, 0, 13, 13))
                .singleElement()
                .asString()
                .contains("after");
        assertThat(problems("ok", Ledger.TOTAL, 0, 10, 11))
                .singleElement()
                .asString()
                .contains("before its last");
    }

    @Test
    void missesAWriterThatIsNotThereAtAll() {
        Ledger empty = new Ledger("ok", Ledger.TOTAL, 0, Map.of());
        assertThat(LedgerCheck.problems(empty, COMMITTED, BEGUN)).hasSize(2);
    }

    private static List<String> problems(String integrity, long total, long wrongAccounts, long lines, long last) {
        Map<Integer, Written> writers = Map.of(1, new Written(lines, last), 2, new Written(20, 20));
        return LedgerCheck.problems(new Ledger(integrity, total, wrongAccounts, writers), COMMITTED, BEGUN);
    }
}
