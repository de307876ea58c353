package io.catchwater.sink.cut;

import io.catchwater.files.Names;
import io.catchwater.schemas.FileIds;
import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.event.CopyBegun;
import io.catchwater.schemas.event.CopyEnded;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.operation.Operation;
import io.catchwater.schemas.operation.PlaceChunk;
import io.catchwater.schemas.operation.WriteBytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Keeps account of what is open in the stream: copies, and changes of several records. Where something is open, or no
 * base copy has been complete yet, the tree is not what the source was, and no cut falls.
 *
 * <p>Used by one thread.
 */
public final class CutLedger {

    private final int partitions;
    private final List<Long> openCopies;
    private final TreeSet<Long> openChanges;
    private boolean baseComplete;
    private BaseCopy base;
    private Opening opening;
    private long lastLsn;
    private boolean cutBeforeLastLsn;

    /**
     * What has to be remembered from one run to the next.
     *
     * @param openCopies copies that have begun and not ended
     * @param openChanges first LSN of each change of several records that is not complete
     * @param baseComplete true when a base copy has been complete
     * @param base the last base copy, or null
     * @param opening since when no cut has fallen, or null
     */
    public record State(
            List<Long> openCopies, List<Long> openChanges, boolean baseComplete, BaseCopy base, Opening opening) {

        /** Before the first operation. */
        public static final State BEGINNING = new State(List.of(), List.of(), false, null, null);
    }

    /**
     * Something was opened, and from here on no cut falls until it is closed.
     *
     * @param lastCut the last LSN at which a cut could fall
     * @param timeNs when it was opened, nanoseconds since 1970: until then the source was what it was at the last cut
     * @param reason of the copy, for a reader; empty when it is a change of several records
     * @param files that have been read since, at most {@link #FILES_LIMIT} of them
     */
    public record Opening(long lastCut, long timeNs, String reason, Set<String> files) {

        /** Files beyond so many are not counted. */
        public static final int FILES_LIMIT = 1000;

        /** What is open, for a reader. */
        public String what() {
            if (reason.isEmpty()) {
                return "a change of several parts";
            }
            int count = files.size();
            String many = count >= FILES_LIMIT ? count + " files and more" : count + " files";
            String why = Names.printable(reason.getBytes(StandardCharsets.UTF_8));
            return count == 0 ? "copy: " + why : "heal of " + (count == 1 ? "one file" : many) + ": " + why;
        }

        private Opening reading(FileId file) {
            String id = FileIds.text(file);
            if (files.size() >= FILES_LIMIT || files.contains(id)) {
                return this;
            }
            Set<String> more = new TreeSet<>(files);
            more.add(id);
            return new Opening(lastCut, timeNs, reason, more);
        }

        private Opening because(String copy) {
            return reason.isEmpty() ? new Opening(lastCut, timeNs, copy, files) : this;
        }
    }

    /**
     * A base copy.
     *
     * @param copyId its number
     * @param gapFromLsn LSN from which on changes may be missing before it
     * @param kafkaOffsets where it begins in each partition; -1 where that has not been seen yet
     * @param endLsn LSN at which it was complete, or {@link Lsn#NONE}
     * @param endTimeNs time of that
     */
    public record BaseCopy(long copyId, long gapFromLsn, List<Long> kafkaOffsets, long endLsn, long endTimeNs) {

        private static final long UNSEEN = -1;

        /** True when it has ended, and its beginning is known in all partitions. */
        public boolean ended() {
            return endLsn != Lsn.NONE && !kafkaOffsets.contains(UNSEEN);
        }

        private static BaseCopy begun(long copyId, long gapFromLsn, int partitions) {
            return new BaseCopy(
                    copyId, gapFromLsn, new ArrayList<>(Collections.nCopies(partitions, UNSEEN)), Lsn.NONE, 0);
        }

        private BaseCopy seen(int partition, long kafkaOffset) {
            List<Long> offsets = new ArrayList<>(kafkaOffsets);
            offsets.set(partition, kafkaOffset);
            return new BaseCopy(copyId, gapFromLsn, offsets, endLsn, endTimeNs);
        }

        private BaseCopy endedAt(long lsn, long timeNs) {
            return new BaseCopy(copyId, gapFromLsn, kafkaOffsets, lsn, timeNs);
        }
    }

    /** @param partitions of the ordered topic */
    public CutLedger(int partitions, State state) {
        this.partitions = partitions;
        this.openCopies = new ArrayList<>(state.openCopies());
        this.openChanges = new TreeSet<>(state.openChanges());
        this.baseComplete = state.baseComplete();
        this.base = state.base();
        this.opening = state.opening();
    }

    /** What the ledger has to say about an operation that was applied. */
    public sealed interface Note {

        /** A base copy has begun; the time that could be restored before it is over. */
        record BaseBegun(BaseCopy copy, String reason) implements Note {}

        /** A base copy is complete. */
        record BaseEnded(BaseCopy copy) implements Note {}
    }

    /**
     * An operation has been applied.
     *
     * @return something that others have to know
     */
    public Optional<Note> applied(int partition, long kafkaOffset, Operation operation) {
        if (operation.getLsn() > lastLsn) {
            lastLsn = operation.getLsn();
            cutBeforeLastLsn = isCut();
            opening = cutBeforeLastLsn ? null : opening;
        }
        Optional<Note> note = Optional.empty();
        Object body = operation.getBody();
        if (body instanceof WriteBytes write) {
            change(operation.getLsn(), write);
        } else if (body instanceof CopyBegun begun) {
            note = begun(partition, kafkaOffset, begun);
        } else if (body instanceof CopyEnded ended && partition == Topics.NAMES_PARTITION) {
            note = ended(operation, ended);
        }
        noteOpening(operation);
        return note;
    }

    private void noteOpening(Operation operation) {
        if (opening == null && cutBeforeLastLsn && !isCut()) {
            opening = new Opening(operation.getLsn() - 1, operation.getTimeNs(), "", Set.of());
        }
        if (opening == null) {
            return;
        }
        if (operation.getBody() instanceof CopyBegun begun) {
            opening = opening.because(begun.getReason());
        } else if (operation.getBody() instanceof PlaceChunk chunk) {
            opening = opening.reading(chunk.getFile());
        }
    }

    private void change(long lsn, WriteBytes write) {
        boolean first = write.getFirstLsn() == Lsn.NONE;
        if (first && write.getContinues()) {
            openChanges.add(lsn);
        } else if (!first && !write.getContinues()) {
            openChanges.remove(write.getFirstLsn());
        }
    }

    private Optional<Note> begun(int partition, long kafkaOffset, CopyBegun begun) {
        if (begun.getBase() && (base == null || base.copyId() < begun.getCopyId())) {
            base = BaseCopy.begun(begun.getCopyId(), begun.getGapFromLsn(), partitions);
        }
        if (begun.getBase() && base.copyId() == begun.getCopyId()) {
            base = base.seen(partition, kafkaOffset);
        }
        if (partition != Topics.NAMES_PARTITION) {
            return completedBase();
        }
        if (begun.getBase()) {
            // Everything is read anew: nobody will end what was open.
            openCopies.clear();
            openChanges.clear();
        }
        openCopies.add(begun.getCopyId());
        return begun.getBase() ? Optional.of(new Note.BaseBegun(base, begun.getReason())) : Optional.empty();
    }

    private Optional<Note> ended(Operation operation, CopyEnded ended) {
        openCopies.remove(ended.getCopyId());
        if (!ended.getBase() || base == null || base.copyId() != ended.getCopyId()) {
            return Optional.empty();
        }
        baseComplete = true;
        base = base.endedAt(operation.getLsn(), operation.getTimeNs());
        return completedBase();
    }

    private Optional<Note> completedBase() {
        return base != null && base.ended() ? Optional.of(new Note.BaseEnded(base)) : Optional.empty();
    }

    /** True when nothing is open: the tree is the source's at the LSN applied. */
    public boolean isCut() {
        return baseComplete && openCopies.isEmpty() && openChanges.isEmpty();
    }

    /** True while a copy is open, and before the first is complete. */
    public boolean isCopyOpen() {
        return !baseComplete || !openCopies.isEmpty();
    }

    /** True while a base copy is open. */
    public boolean isBaseOpen() {
        return base != null && openCopies.contains(base.copyId());
    }

    /** Copies that are open. */
    public int openCopies() {
        return openCopies.size();
    }

    /**
     * Since when no cut falls. Kept until a cut has fallen and an operation of a higher LSN has come.
     *
     * @return empty where nothing is open, and before the first cut
     */
    public Optional<Opening> opening() {
        return Optional.ofNullable(opening);
    }

    public State state() {
        return new State(List.copyOf(openCopies), List.copyOf(openChanges), baseComplete, base, opening);
    }
}
