package io.catchwater.pipeline.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The table of rows, for the test's report and as Markdown. */
final class Table {

    private static final Path FILE = Path.of("target", "conformance.md");

    private static final int FINDINGS = 12;

    private Table() {}

    /** Prints it, writes target/conformance.md, and prints all that was found of rows that are not as they should be. */
    static void publish(List<Row> rows, List<Outcome> outcomes) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("| family | row | | how |");
        lines.add("|---|---|---|---|");
        Map<Row, Outcome> byRow = outcomes.stream().collect(Collectors.toMap(Outcome::row, outcome -> outcome));
        for (Row row : rows) {
            Outcome outcome = byRow.get(row);
            String verdict = outcome == null ? "not run" : outcome.verdict();
            String how = outcome == null ? row.mark() : how(outcome);
            lines.add("| %s | %s | %s | %s |".formatted(row.family(), row.name(), verdict, how));
        }
        Files.write(FILE, lines);
        lines.forEach(System.out::println);
        outcomes.stream().filter(outcome -> !outcome.isGood()).forEach(Table::explain);
    }

    private static void explain(Outcome outcome) {
        System.out.printf("== %s: %s%n", outcome.row().name(), outcome.verdict());
        outcome.findings().stream().limit(FINDINGS).forEach(System.out::println);
    }

    private static String how(Outcome outcome) {
        List<String> how = new ArrayList<>();
        String kind = outcome.row().kind();
        how.add(kind.equals("-") ? "several kinds" : kind.toLowerCase(Locale.ROOT));
        if (!outcome.row().mark().isEmpty()) {
            how.add(outcome.row().mark());
        }
        how.addAll(outcome.notes());
        outcome.named().stream().limit(1).forEach(how::add);
        return String.join("; ", how).replace("|", "\\|");
    }
}
