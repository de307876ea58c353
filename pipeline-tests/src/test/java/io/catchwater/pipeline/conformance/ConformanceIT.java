package io.catchwater.pipeline.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.pipeline.Pipeline.Breakage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Everything a program can do to its files is in the backup, at a cut and at the end, or named. And the proofs that this
 * can fail: without the hook every row is missed, and without the kind of entry that carries it.
 *
 * <p>{@code -Dcatchwater.rows=REGEX} runs only the rows whose names match.
 */
final class ConformanceIT {

    private static final Set<String> MOVES = Set.of("RENAME", "EXCHANGE");
    private static final Pattern ROWS = Pattern.compile(System.getProperty("catchwater.rows", ".*"));

    @Test
    void everyRowIsInTheBackupOrNamed() throws Exception {
        List<Row> rows = rows();
        List<Row> run = rows.stream().filter(row -> !row.isNotRun()).toList();
        BareRun bare = BareRun.of(run);
        List<Outcome> outcomes = new ArrayList<>();
        // Apart, or the listings that some rows cause would find what others have lost.
        for (List<Row> some :
                run.stream().collect(Collectors.partitioningBy(Row::lists)).values()) {
            try (CapturedRun captured = new CapturedRun(some, Breakage.UNAUDITED)) {
                captured.run();
                some.forEach(row -> outcomes.add(captured.outcome(row, bare)));
            }
        }
        Table.publish(rows, outcomes);
        assertThat(outcomes.stream()
                        .filter(outcome -> !outcome.isGood())
                        .map(outcome -> outcome.row().name()))
                .isEmpty();
    }

    @Test
    void withoutTheHookEveryRowIsMissed() throws Exception {
        List<Row> rows = rows().stream().filter(row -> !row.isNotRun()).toList();
        BareRun bare = BareRun.of(rows);
        try (CapturedRun captured = new CapturedRun(rows, Breakage.UNAUDITED)) {
            captured.runUnhooked();
            assertMissed(captured, bare);
        }
    }

    /** Static programs, calls from generated code and the like: the audit names them, and they are in the backup. */
    @Test
    void whatTheHookMissesIsFoundByTheAudit() throws Exception {
        List<Row> known =
                rows().stream().filter(row -> row.isKnown() && !row.isNotRun()).toList();
        BareRun bare = BareRun.of(known);
        try (CapturedRun captured = new CapturedRun(known, Breakage.NONE)) {
            captured.run();
            for (Row row : known) {
                Outcome outcome = captured.outcome(row, bare);
                assertThat(outcome.findings()).as(row.name()).isEmpty();
                assertThat(outcome.named()).as(row.name()).isNotEmpty();
            }
        }
    }

    /** Without the kinds in MOVES the bridge looks for files where they no longer are, and a cut takes minutes. */
    @Test
    void withoutItsKindOfEntryARowIsMissed() throws Exception {
        List<Row> rows = rows().stream()
                .filter(row -> row.kindNumber().isPresent() && !row.isNotRun() && !row.lists())
                .filter(row -> !MOVES.contains(row.kind()))
                .toList();
        BareRun bare = BareRun.of(rows);
        try (CapturedRun captured = new CapturedRun(rows, Breakage.UNAUDITED)) {
            captured.runWithoutTheirKinds();
            assertMissed(captured, bare);
        }
    }

    /** Known ones included. Of a mapped file the status may still say something: it is not to be called captured. */
    private static void assertMissed(CapturedRun captured, BareRun bare) {
        Map<String, List<String>> captures = new HashMap<>();
        for (Row row : captured.rows()) {
            Outcome outcome = captured.outcome(row, bare);
            if (outcome.cut().isEmpty() || outcome.end().isEmpty()) {
                captures.put(row.name(), outcome.findings());
            }
        }
        assertThat(captures).isEmpty();
    }

    private static List<Row> rows() throws Exception {
        return ConformanceProgram.rows().stream()
                .filter(row -> ROWS.matcher(row.name()).matches())
                .toList();
    }
}
