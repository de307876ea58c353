package io.catchwater.sink.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.schemas.control.State;
import org.junit.jupiter.api.Test;

class CommandLedgerTest {

    private final CommandLedger ledger = new CommandLedger();

    @Test
    void anIdBelongsToTheSourceOfItsFirstCommand() {
        assertThat(ledger.claim("a", "one")).isEqualTo("one");
        assertThat(ledger.claim("a", "two")).isEqualTo("one");
        ledger.found(Statuses.of("b", "two", State.COMPLETED, "done"));
        assertThat(ledger.claim("b", "one")).isEqualTo("two");
    }

    @Test
    void theLastAnswerCounts() {
        ledger.answered(Statuses.of("a", "one", State.ACCEPTED, "waiting"));
        ledger.answered(Statuses.of("b", "two", State.ACCEPTED, "waiting"));
        assertThat(ledger.open("one")).containsExactly("a");
        assertThat(ledger.isFinal("a")).isFalse();
        ledger.answered(Statuses.of("a", "one", State.COMPLETED, "done"));
        assertThat(ledger.open("one")).isEmpty();
        assertThat(ledger.isFinal("a")).isTrue();
        assertThat(ledger.isCompleted("a")).isTrue();
        assertThat(ledger.lastState("a")).isEqualTo("completed");
        assertThat(ledger.answer("c")).isEmpty();
    }
}
