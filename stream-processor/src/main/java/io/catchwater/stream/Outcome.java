package io.catchwater.stream;

import com.google.common.collect.Range;
import io.catchwater.schemas.UncoveredFacts;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.event.UncoveredKind;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/**
 * What comes of an event.
 *
 * @param next what is known of the file afterwards
 * @param operations bodies to send on, in order
 * @param changed range to remember as changed in the file's open window
 */
record Outcome(FileProgress next, List<SpecificRecord> operations, Optional<Range<Long>> changed) {

    static Outcome of(FileProgress next, SpecificRecord... operations) {
        return new Outcome(next, List.of(operations), Optional.empty());
    }

    /** Nothing known changes; a reader is told what could not be used. */
    static Outcome uncovered(FileProgress unchanged, String reason) {
        return of(unchanged, notice(reason));
    }

    static Uncovered notice(String reason) {
        return UncoveredFacts.ofSource(UncoveredKind.CONTRADICTION, reason);
    }
}
