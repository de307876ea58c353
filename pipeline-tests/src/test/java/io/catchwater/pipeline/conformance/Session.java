package io.catchwater.pipeline.conformance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Rows that run side by side, from one barrier to the next. One thread. */
final class Session implements AutoCloseable {

    private static final int SIDE_BY_SIDE = 6;

    private final List<Row> rows;
    private final Places places;
    private final Map<Row, RowProcess> processes = new LinkedHashMap<>();

    Session(List<Row> rows, Places places) {
        this.rows = rows;
        this.places = places;
    }

    /** Starts what has to run before capture begins. */
    void early(Map<String, String> environment) throws IOException, InterruptedException {
        start(rows.stream().filter(Row::isEarly).toList(), environment, "early");
    }

    /** Some rows do their part 0. */
    void firstHalf(List<Row> some, Map<String, String> environment) throws IOException, InterruptedException {
        List<Row> begun = some.stream().filter(processes::containsKey).toList();
        for (Row row : begun) {
            processes.get(row).goOn();
            processes.get(row).awaitBarrier("half");
        }
        start(some.stream().filter(row -> !begun.contains(row)).toList(), environment, "half");
    }

    private void start(List<Row> some, Map<String, String> environment, String barrier)
            throws IOException, InterruptedException {
        for (int first = 0; first < some.size(); first += SIDE_BY_SIDE) {
            List<RowProcess> started = new ArrayList<>();
            for (Row row : some.subList(first, Math.min(first + SIDE_BY_SIDE, some.size()))) {
                RowProcess process = ConformanceProgram.start(row, places, environment);
                processes.put(row, process);
                started.add(process);
            }
            for (RowProcess process : started) {
                process.awaitBarrier(barrier);
            }
        }
    }

    /** Some rows do their part 1 and end. */
    void secondHalf(List<Row> rowsToEnd) throws InterruptedException {
        List<RowProcess> all = rowsToEnd.stream().map(processes::get).toList();
        for (int first = 0; first < all.size(); first += SIDE_BY_SIDE) {
            List<RowProcess> some = all.subList(first, Math.min(first + SIDE_BY_SIDE, all.size()));
            some.forEach(RowProcess::goOn);
            for (RowProcess process : some) {
                process.awaitEnd();
            }
        }
    }

    RowProcess process(Row row) {
        return processes.get(row);
    }

    @Override
    public void close() {
        processes.values().forEach(RowProcess::close);
    }
}
