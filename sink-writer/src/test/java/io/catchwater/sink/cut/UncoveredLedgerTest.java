package io.catchwater.sink.cut;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.schemas.UncoveredFacts;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.event.UncoveredKind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class UncoveredLedgerTest {

    private final UncoveredLedger ledger = new UncoveredLedger(List.of());

    private static Uncovered fact(UncoveredKind kind, String path) {
        return UncoveredFacts.ofFile(kind, path.getBytes(StandardCharsets.UTF_8), 7, "/bin/app", "");
    }

    private List<String> kept() {
        return ledger.facts().stream()
                .map(fact -> fact.getKind() + " "
                        + StandardCharsets.UTF_8.decode(fact.getPath().duplicate()))
                .toList();
    }

    @Test
    void mappedFilesCountAsTheyWereNamedLast() {
        ledger.add(fact(UncoveredKind.MAPPED, "gone"));
        ledger.add(fact(UncoveredKind.MAPPED, "still"));
        ledger.add(fact(UncoveredKind.UNREADABLE, "lost"));
        ledger.add(UncoveredFacts.ofSource(UncoveredKind.MAPPED_ANEW, ""));
        ledger.add(fact(UncoveredKind.MAPPED_SETTLED, "still"));
        assertThat(kept()).containsExactly("UNREADABLE lost", "MAPPED_SETTLED still");
        ledger.cutMade();
        assertThat(kept()).hasSize(2);
        assertThat(ledger.ofLaterCut())
                .extracting(Uncovered::getKind)
                .containsExactly(UncoveredKind.UNREADABLE, UncoveredKind.MAPPED);
    }

    @Test
    void writersCountAsTheLastAuditFoundThem() {
        ledger.add(fact(UncoveredKind.UNCAPTURED_WRITER, "gone"));
        ledger.add(fact(UncoveredKind.UNSETTLED_CHANGE, "read again since"));
        ledger.add(fact(UncoveredKind.UNCAPTURED_CHANGE, "read again"));
        ledger.cutMade();
        assertThat(kept()).containsExactly("UNCAPTURED_WRITER gone", "UNSETTLED_CHANGE read again since");
        ledger.add(UncoveredFacts.ofSource(UncoveredKind.UNCAPTURED_ANEW, ""));
        ledger.add(fact(UncoveredKind.UNCAPTURED_WRITER, "there"));
        assertThat(kept()).containsExactly("UNCAPTURED_WRITER there");
    }

    /** As many as before are no reason to show what was before. */
    @Test
    void whatReplacesOthersIsSeen() {
        ledger.add(fact(UncoveredKind.MAPPED, "a"));
        ledger.add(fact(UncoveredKind.MAPPED, "b"));
        List<Uncovered> before = ledger.facts();
        assertThat(ledger.facts()).isSameAs(before);
        ledger.add(UncoveredFacts.ofSource(UncoveredKind.MAPPED_ANEW, ""));
        ledger.add(fact(UncoveredKind.MAPPED, "c"));
        ledger.add(fact(UncoveredKind.MAPPED, "d"));
        assertThat(kept()).containsExactly("MAPPED c", "MAPPED d");
    }

    @Test
    void beyondTheLimitKindsAreStillToldApart() {
        for (int i = 0; i < UncoveredLedger.LIMIT + 5; i++) {
            ledger.add(fact(UncoveredKind.MAPPED_SETTLED, "table" + i));
        }
        assertThat(ledger.facts()).hasSize(UncoveredLedger.LIMIT + 1);
        assertThat(new Coverage(ledger.facts()).atACut()).isEmpty();
        ledger.add(fact(UncoveredKind.UNCAPTURED_CHANGE, "other"));
        assertThat(new Coverage(ledger.facts()).atACut()).isEmpty();
        assertThat(new Coverage(ledger.facts()).readAgain()).hasSize(1);
        ledger.add(fact(UncoveredKind.UNREADABLE, "lost"));
        assertThat(new Coverage(ledger.facts()).atACut()).hasSize(1);
    }

    @Test
    void whatIsOnDiskIsReadAsItWas() {
        Uncovered fact =
                UncoveredFacts.ofFile(UncoveredKind.MAPPED, new byte[] {'a', (byte) 0xFF, 0x0A}, 7, "/bin/ä", "why");
        assertThat(SavedUncovered.of(fact).fact()).isEqualTo(fact);
        SavedUncovered later = new SavedUncovered("OF_A_LATER_VERSION", "a", 7, "", 0, "why");
        assertThat(later.fact().getKind()).isEqualTo(UncoveredKind.OTHER);
        assertThat(new Coverage(List.of(later.fact())).atACut()).hasSize(1);
    }
}
