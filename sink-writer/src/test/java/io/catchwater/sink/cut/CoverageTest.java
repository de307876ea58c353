package io.catchwater.sink.cut;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.schemas.UncoveredFacts;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.event.UncoveredKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What is decided by kinds, whatever files and programs are called. */
final class CoverageTest {

    /** As lines for readers have them, and what was looked for in those lines once. */
    private static final List<String> NAMES = List.of(
            "f",
            "x; read again",
            "ledger.db-shm",
            "a: mapped shared and writable: what is stored there is seen only at a cut",
            "b: mapped shared and writable: read while nothing was stored there",
            "-shm: ",
            "and others; read again",
            "\u00e4\n");

    private static Uncovered fact(UncoveredKind kind, String path) {
        return UncoveredFacts.ofFile(kind, path.getBytes(UTF_8), 7, "/bin/app", "");
    }

    @Test
    void aFileCannotBeCalledOutOfTheVerdict() {
        for (String name : NAMES) {
            assertThat(new Coverage(List.of(fact(UncoveredKind.UNREADABLE, name))).atACut())
                    .as(name)
                    .hasSize(1);
            assertThat(new Coverage(List.of(fact(UncoveredKind.MAPPED, name))).atACut())
                    .as(name)
                    .hasSize(1);
            assertThat(new Coverage(List.of(fact(UncoveredKind.UNCAPTURED_WRITER, name))).atTheEnd())
                    .as(name)
                    .hasSize(1);
            assertThat(new Coverage(List.of(fact(UncoveredKind.UNREADABLE, name))).readAgain())
                    .as(name)
                    .isEmpty();
        }
    }

    @Property
    void theVerdictHangsOnKindsOnly(@ForAll Random random, @ForAll List<UncoveredKind> kinds) {
        List<Uncovered> plain = new ArrayList<>();
        List<Uncovered> called = new ArrayList<>();
        for (UncoveredKind kind : kinds) {
            plain.add(fact(kind, "f"));
            Uncovered other = fact(kind, NAMES.get(random.nextInt(NAMES.size())));
            other.setProgram(NAMES.get(random.nextInt(NAMES.size())));
            other.setReason(NAMES.get(random.nextInt(NAMES.size())));
            called.add(other);
        }
        Coverage one = new Coverage(plain);
        Coverage two = new Coverage(called);
        assertThat(two.atACut()).hasSameSizeAs(one.atACut());
        assertThat(two.atTheEnd()).hasSameSizeAs(one.atTheEnd());
        assertThat(two.readAgain()).hasSameSizeAs(one.readAgain());
    }

    @Test
    void whatWasReadAgainIsThereAndAWriterIsNot() {
        Coverage coverage = new Coverage(List.of(
                fact(UncoveredKind.UNCAPTURED_CHANGE, "a"),
                fact(UncoveredKind.UNSETTLED_CHANGE, "b"),
                fact(UncoveredKind.UNCAPTURED_WRITER, "c"),
                fact(UncoveredKind.MAPPED, "d"),
                fact(UncoveredKind.MAPPED_INDEX, "d-shm"),
                fact(UncoveredKind.MAPPED_SETTLED, "e"),
                UncoveredFacts.ofSource(UncoveredKind.DETECTION_LIMITED, "")));
        assertThat(coverage.atACut())
                .extracting(Uncovered::getKind)
                .containsExactly(UncoveredKind.UNSETTLED_CHANGE, UncoveredKind.UNCAPTURED_WRITER, UncoveredKind.MAPPED);
        assertThat(coverage.atTheEnd())
                .extracting(Uncovered::getKind)
                .containsExactly(UncoveredKind.UNSETTLED_CHANGE, UncoveredKind.UNCAPTURED_WRITER);
        assertThat(coverage.readAgain()).hasSize(1);
    }

    @Test
    void linesAreOneForAProcess() {
        Uncovered writer = fact(UncoveredKind.UNCAPTURED_WRITER, "base/1");
        writer.setFiles(14);
        assertThat(UncoveredWords.lines(List.of(
                        writer,
                        fact(UncoveredKind.UNCAPTURED_CHANGE, "a"),
                        fact(UncoveredKind.UNCAPTURED_CHANGE, "b"),
                        fact(UncoveredKind.UNCAPTURED_CHANGE, "c"),
                        fact(UncoveredKind.UNCAPTURED_CHANGE, "e"),
                        UncoveredFacts.ofFile(UncoveredKind.UNCAPTURED_CHANGE, new byte[] {'d'}))))
                .containsExactly(
                        "base/1 and 13 others: /bin/app can change them and is not captured (process 7)",
                        "a, b, c and 1 other: changed by /bin/app, which is not captured; read again (process 7)",
                        "d: changed by something that is not captured; read again");
    }
}
