package io.catchwater.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was measured, as a table or as JSON. */
final class Figures {

    private final Map<String, Map<String, Cell>> rows = new LinkedHashMap<>();
    private final List<String> columns = new ArrayList<>();

    private record Cell(double value, String text) {}

    /**
     * Adds one.
     *
     * @param row what it is, with its unit
     * @param column of what
     * @param format of {@link String#format} for the value
     */
    void add(String row, String column, String format, double value) {
        if (!columns.contains(column)) {
            columns.add(column);
        }
        rows.computeIfAbsent(row, key -> new LinkedHashMap<>())
                .put(column, new Cell(value, String.format(Locale.ROOT, format, value)));
    }

    String table() {
        StringBuilder table = new StringBuilder(String.format(Locale.ROOT, "%-62s", ""));
        columns.forEach(column -> table.append(String.format(Locale.ROOT, "%14s", column)));
        rows.forEach((row, cells) -> {
            table.append(System.lineSeparator()).append(String.format(Locale.ROOT, "%-62s", row));
            for (String column : columns) {
                Cell cell = cells.get(column);
                table.append(String.format(Locale.ROOT, "%14s", cell == null ? "" : cell.text()));
            }
        });
        return table.toString();
    }

    String json() {
        ObjectNode all = new ObjectMapper().createObjectNode();
        rows.forEach((row, cells) -> {
            ObjectNode object = all.putObject(row);
            cells.forEach((column, cell) -> object.put(column, cell.value()));
        });
        return all.toString();
    }
}
