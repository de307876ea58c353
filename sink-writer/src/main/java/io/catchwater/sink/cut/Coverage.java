package io.catchwater.sink.cut;

import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.event.UncoveredKind;
import java.util.List;

/**
 * What a backup may lack, sorted by what it means. Decided by the kinds of facts alone.
 *
 * @param facts as the stream has them
 */
public record Coverage(List<Uncovered> facts) {

    public Coverage {
        facts = List.copyOf(facts);
    }

    /** What is not provably in a directory that was cut while programs ran. */
    public List<Uncovered> atACut() {
        return facts.stream().filter(fact -> isOpenAtACut(fact.getKind())).toList();
    }

    /** What is not provably in a replica after all programs have ended and what they changed unseen was read again. */
    public List<Uncovered> atTheEnd() {
        return facts.stream().filter(fact -> isOpenAtTheEnd(fact.getKind())).toList();
    }

    /** What was changed unseen, and is there: it was found, and read again. */
    public List<Uncovered> readAgain() {
        return facts.stream()
                .filter(fact -> fact.getKind() == UncoveredKind.UNCAPTURED_CHANGE
                        || fact.getKind() == UncoveredKind.IO_URING_ENDED)
                .toList();
    }

    private static boolean isOpenAtACut(UncoveredKind kind) {
        return switch (kind) {
            case UNCAPTURED_CHANGE,
                    UNCAPTURED_ANEW,
                    MAPPED_SETTLED,
                    MAPPED_INDEX,
                    MAPPED_ANEW,
                    IO_URING_ENDED,
                    DETECTION_LIMITED -> false;
            case UNSETTLED_CHANGE,
                    UNCAPTURED_WRITER,
                    MAPPED,
                    IO_URING,
                    INTERPOSED,
                    UNPATCHED_CALLS,
                    UNREADABLE,
                    CONTRADICTION,
                    UNKEPT,
                    OTHER -> true;
        };
    }

    private static boolean isOpenAtTheEnd(UncoveredKind kind) {
        return isOpenAtACut(kind) && kind != UncoveredKind.MAPPED && kind != UncoveredKind.IO_URING;
    }
}
