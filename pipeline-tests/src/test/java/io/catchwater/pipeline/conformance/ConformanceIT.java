package io.catchwater.pipeline.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.pipeline.Pipeline.Breakage;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Everything a program can do to its files is in the backup, at a cut and at the end, or named.
 *
 * <p>{@code -Dcatchwater.rows=REGEX} runs only the rows whose names match.
 */
final class ConformanceIT {

    private static final Pattern ROWS = Pattern.compile(System.getProperty("catchwater.rows", ".*"));

    @Test
    void everyRowIsInTheBackupOrNamed() throws Exception {
        List<Row> rows = ConformanceProgram.rows().stream()
                .filter(row -> ROWS.matcher(row.name()).matches())
                .toList();
        List<Row> run = rows.stream().filter(row -> !row.isNotRun()).toList();
        BareRun bare = BareRun.of(run);
        List<Outcome> outcomes = new ArrayList<>();
        try (CapturedRun captured = new CapturedRun(run, Breakage.NONE)) {
            captured.run(true);
            run.forEach(row -> outcomes.add(captured.outcome(row, bare)));
        }
        Table.publish(rows, outcomes);
        assertThat(outcomes).allMatch(Outcome::isGood);
    }
}
