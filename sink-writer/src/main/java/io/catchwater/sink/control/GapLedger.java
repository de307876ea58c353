package io.catchwater.sink.control;

import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.control.BaseComplete;
import io.catchwater.schemas.control.Gap;
import io.catchwater.schemas.control.GapKind;
import io.catchwater.sink.cut.CutLedger;
import io.catchwater.sink.cut.CutLedger.BaseCopy;
import io.catchwater.sink.intake.KnownEnd;
import java.io.IOException;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Keeps account of the gaps that a sink tells of: between two base copies, and where a copy was open for long. Used by
 * the applying thread.
 */
public final class GapLedger {

    /** A copy that was open for less is not told of: restores pass it over without a word. */
    public static final long TOLD_FROM_NS = TimeUnit.SECONDS.toNanos(1);

    private static final Set<GapKind> ENDED_BY_A_BASE = EnumSet.of(GapKind.NOT_CAPTURING, GapKind.LOST);

    private final String source;
    private final Publication publication;
    private final Map<String, Gap> gaps = new TreeMap<>();

    /** Writes a record of the catalog; returns when it is there. */
    interface Publication {

        /** @param gap null to take the record away */
        void publish(String key, Gap gap) throws IOException;
    }

    GapLedger(String source, Collection<Gap> known, Publication publication) {
        this.source = source;
        this.publication = publication;
        known.forEach(gap -> gaps.put(key(gap), gap));
    }

    private String key(Gap gap) {
        return source + "/gap/" + gap.getKind() + "/" + gap.getFromLsn();
    }

    /**
     * A base copy has begun after another window.
     *
     * @param ended base copy of that window
     * @param endsAt what is known last of it
     * @param begun of the new one
     * @param reason why, for a reader
     */
    void between(BaseComplete ended, KnownEnd.Point endsAt, BaseCopy begun, String reason) throws IOException {
        boolean sameRing = Lsn.incarnation(ended.getCopyId()) == Lsn.incarnation(begun.copyId());
        GapKind kind = sameRing ? GapKind.LOST : GapKind.NOT_CAPTURING;
        String why = sameRing ? reason : "no bridge served the source, then it was copied anew";
        Gap gap = new Gap(endsAt.lsn(), endsAt.timeNs(), Lsn.NONE, 0L, kind, why);
        if (!gaps.containsKey(key(gap))) {
            say(gap);
        }
        for (Gap open : openOnes(EnumSet.of(GapKind.COPY_OPEN))) {
            gaps.remove(key(open));
            publication.publish(key(open), null);
        }
    }

    /** A base copy is complete: the source is known again. */
    void ended(BaseCopy copy) throws IOException {
        for (Gap gap : openOnes(ENDED_BY_A_BASE)) {
            if (gap.getFromLsn() < copy.endLsn()) {
                gap.setToLsn(copy.endLsn());
                gap.setToTimeNs(copy.endTimeNs());
                say(gap);
            }
        }
    }

    /** Something is open still. */
    public void open(CutLedger.Opening opening, long nowNs) throws IOException {
        Gap gap = gapOf(opening);
        if (nowNs - opening.timeNs() >= TOLD_FROM_NS && !gaps.containsKey(key(gap))) {
            say(gap);
        }
    }

    /** What was open is closed: a cut can fall again. */
    public void closed(CutLedger.Opening opening, long lsn, long timeNs) throws IOException {
        Gap gap = gapOf(opening);
        if (timeNs - opening.timeNs() >= TOLD_FROM_NS || gaps.containsKey(key(gap))) {
            gap.setToLsn(lsn);
            gap.setToTimeNs(timeNs);
            say(gap);
        }
    }

    private static Gap gapOf(CutLedger.Opening opening) {
        return new Gap(opening.lastCut(), opening.timeNs(), Lsn.NONE, 0L, GapKind.COPY_OPEN, opening.what());
    }

    private List<Gap> openOnes(Set<GapKind> kinds) {
        return gaps.values().stream()
                .filter(gap -> gap.getToLsn() == Lsn.NONE && kinds.contains(gap.getKind()))
                .toList();
    }

    private void say(Gap gap) throws IOException {
        gaps.put(key(gap), gap);
        publication.publish(key(gap), gap);
    }
}
