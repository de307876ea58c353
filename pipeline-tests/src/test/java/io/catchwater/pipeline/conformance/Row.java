package io.catchwater.pipeline.conformance;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One way in which a program changes its files, as the conformance program lists it.
 *
 * @param name of the row and of its directory
 * @param family of rows it belongs to
 * @param kind the only kind of entry that carries it, or "-"
 * @param mark what the table is to say of it, parts separated by "; "
 */
record Row(String name, String family, String kind, String mark) {

    private static final String EARLY = "early";
    private static final String NOT_RUN = "not run:";
    private static final String RANDOM = "random";
    private static final String LISTS = "lists";
    private static final String KNOWN = "known:";
    private static final String DETECTED = "detected:";

    /** The mark says why. */
    boolean isNotRun() {
        return mark.startsWith(NOT_RUN);
    }

    static Row parse(String line) {
        String[] fields = line.split("\t", -1);
        return new Row(fields[0], fields[1], fields[2], fields[3]);
    }

    /** Begins before capture does. */
    boolean isEarly() {
        return mark.startsWith(EARLY);
    }

    /** Makes the names of the whole tree be listed again: what other rows lose would be found by that. */
    boolean lists() {
        return Arrays.asList(mark.split("; ")).contains(LISTS);
    }

    /** Two runs need not come to the same. */
    boolean isRandom() {
        return Arrays.asList(mark.split("; ")).contains(RANDOM);
    }

    /** Is not captured as it should be, and everybody knows. */
    boolean isKnown() {
        return Arrays.stream(mark.split("; ")).anyMatch(part -> part.startsWith(KNOWN));
    }

    /** What a line of the status has to say, beside naming the row's files; empty where none has to. */
    Optional<String> detected() {
        return Arrays.stream(mark.split("; "))
                .filter(part -> part.startsWith(DETECTED))
                .map(part -> part.substring(DETECTED.length()).strip())
                .findFirst();
    }

    /** True when a line of the status is about this row. */
    boolean isNamedIn(String line) {
        return line.startsWith(name + "/") || detected().map(line::contains).orElse(false);
    }

    /** The number of its only kind of entry. */
    OptionalInt kindNumber() {
        return Kinds.number(kind);
    }
}
