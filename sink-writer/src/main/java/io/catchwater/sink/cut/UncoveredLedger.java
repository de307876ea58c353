package io.catchwater.sink.cut;

import io.catchwater.schemas.UncoveredFacts;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.event.UncoveredKind;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What may have changed unseen since the base copy. For one thread. */
public final class UncoveredLedger {

    /** Facts kept; of what comes after only the kind is. */
    public static final int LIMIT = 1000;

    private static final String MORE = "and others";

    private static final Set<UncoveredKind> MAPPED =
            EnumSet.of(UncoveredKind.MAPPED, UncoveredKind.MAPPED_SETTLED, UncoveredKind.MAPPED_INDEX);
    private static final Set<UncoveredKind> UNCAPTURED =
            EnumSet.of(UncoveredKind.UNCAPTURED_WRITER, UncoveredKind.UNSETTLED_CHANGE);

    /** Of a cut they say something, and nothing of what comes after it. */
    private static final Set<UncoveredKind> OF_ONE_CUT =
            EnumSet.of(UncoveredKind.UNCAPTURED_CHANGE, UncoveredKind.IO_URING, UncoveredKind.IO_URING_ENDED);

    private final Set<Uncovered> facts;
    private List<Uncovered> seen = List.of();

    public UncoveredLedger(List<Uncovered> facts) {
        this.facts = new LinkedHashSet<>(facts);
        changed();
    }

    public void add(Uncovered fact) {
        if (fact.getKind() == UncoveredKind.MAPPED_ANEW) {
            forget(MAPPED);
        } else if (fact.getKind() == UncoveredKind.UNCAPTURED_ANEW) {
            forget(UNCAPTURED);
        } else if (facts.add(facts.size() < LIMIT ? fact : UncoveredFacts.ofSource(fact.getKind(), MORE))) {
            changed();
        }
    }

    /** A cut was made: what had been read again before it is in it. */
    public void cutMade() {
        forget(OF_ONE_CUT);
    }

    /** Everything is read anew. */
    public void clear() {
        facts.clear();
        changed();
    }

    private void forget(Set<UncoveredKind> kinds) {
        if (facts.removeIf(fact -> kinds.contains(fact.getKind()))) {
            changed();
        }
    }

    private void changed() {
        seen = null;
    }

    /** Of a cut after the one that the facts were meant for: what kept still until then may have been stored into since. */
    public List<Uncovered> ofLaterCut() {
        return facts().stream()
                .map(fact -> fact.getKind() == UncoveredKind.MAPPED_SETTLED
                        ? new Uncovered(
                                fact.getPath(),
                                fact.getPid(),
                                fact.getReason(),
                                UncoveredKind.MAPPED,
                                fact.getProgram(),
                                fact.getFiles())
                        : fact)
                .toList();
    }

    /** The same list until something changes. */
    public List<Uncovered> facts() {
        if (seen == null) {
            seen = List.copyOf(facts);
        }
        return seen;
    }
}
