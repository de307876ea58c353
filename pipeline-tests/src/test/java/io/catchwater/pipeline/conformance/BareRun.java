package io.catchwater.pipeline.conformance;

import io.catchwater.pipeline.Workplace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the rows do when nobody looks.
 *
 * @param half the tree when every row had done its part 0
 * @param end the tree at the end
 * @param complaints of the programs about themselves
 */
record BareRun(Listing half, Listing end, Map<Row, List<String>> complaints) {

    static BareRun of(List<Row> rows) throws Exception {
        try (Workplace place = new Workplace();
                Places places = Places.in(place.disk);
                Session session = new Session(rows, places)) {
            ConformanceProgram.prepare(rows, places);
            session.early(Map.of());
            session.firstHalf(rows, Map.of());
            Listing half = ConformanceProgram.scan(places.source());
            session.secondHalf(rows);
            Map<Row, List<String>> complaints = new HashMap<>();
            rows.forEach(row -> complaints.put(row, session.process(row).complaints()));
            return new BareRun(half, ConformanceProgram.scan(places.source()), complaints);
        }
    }

    /** How a row's program went under the hook, when not as it does without. */
    List<String> complaints(Row row, Listing otherHalf, Listing otherEnd) {
        List<String> found = new ArrayList<>();
        complaints.get(row).forEach(line -> found.add("bare: " + line));
        if (!row.isRandom()) {
            half.of(row).differencesOfAnotherRun(otherHalf.of(row)).forEach(line -> found.add("not as bare: " + line));
            end.of(row).differencesOfAnotherRun(otherEnd.of(row)).forEach(line -> found.add("not as bare: " + line));
        }
        return found;
    }
}
