package io.catchwater.pipeline.conformance;

import java.util.ArrayList;
import java.util.List;

/**
 * What became of a row.
 *
 * @param notes of the program
 * @param complaints of the program about itself, or how it differs under the hook from the bare run
 * @param cut differences of the snapshot
 * @param end differences of the replica and of a restore
 * @param named lines of the status that name it
 */
record Outcome(
        Row row, List<String> notes, List<String> complaints, List<String> cut, List<String> end, List<String> named) {

    /** Exactly in the backup. */
    boolean isCaptured() {
        return cut.isEmpty() && end.isEmpty();
    }

    /** As its mark says, and without harm to the program. */
    boolean isGood() {
        boolean asMarked = row.isKnown() != isCaptured();
        return complaints.isEmpty() && asMarked && (row.detected().isEmpty() || !named.isEmpty());
    }

    /** One word. */
    String verdict() {
        if (!complaints.isEmpty()) {
            return "HARMED";
        } else if (isCaptured()) {
            return named.isEmpty() ? "captured" : "captured, named";
        } else if (!named.isEmpty()) {
            return "detected";
        }
        return row.isKnown() ? "known" : "LOST";
    }

    /** Everything found, for a reader. */
    List<String> findings() {
        List<String> findings = new ArrayList<>(complaints);
        cut.forEach(line -> findings.add("cut: " + line));
        end.forEach(line -> findings.add("end: " + line));
        return findings;
    }
}
