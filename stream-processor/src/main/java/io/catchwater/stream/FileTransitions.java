package io.catchwater.stream;

import com.google.common.collect.Range;
import com.google.common.collect.RangeSet;
import io.catchwater.schemas.FileIds;
import io.catchwater.schemas.event.ChunkReference;
import io.catchwater.schemas.event.Created;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.Gone;
import io.catchwater.schemas.event.Truncated;
import io.catchwater.schemas.event.WindowAbandoned;
import io.catchwater.schemas.event.WindowOpened;
import io.catchwater.schemas.event.Written;
import io.catchwater.schemas.operation.Extent;
import io.catchwater.schemas.operation.NewFile;
import io.catchwater.schemas.operation.PlaceChunk;
import io.catchwater.schemas.operation.Resize;
import io.catchwater.schemas.operation.WriteBytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rule, byte for byte: a captured change beats the chunk whose window it falls in.
 *
 * <p>The watermark algorithm of DBLog (arXiv 2010.12597) on byte ranges instead of rows. Functions of what is known
 * of a file and an event, without a side effect.
 */
final class FileTransitions {

    private FileTransitions() {}

    /**
     * All of it passes where the content is known or being read; where a copy will read it later, only that the file
     * was changed.
     */
    static Outcome written(FileProgress progress, Written event) {
        long start = event.getFileOffset();
        long end = start + event.getContent().remaining();
        if (start < 0 || end < start) {
            return Outcome.uncovered(progress, "a write to " + name(event.getFile()) + " at file offset " + start);
        }
        List<Extent> extents = passing(progress, event, start, end);
        // Without bytes it still says when the file was changed, and where a change of several records ends.
        Outcome outcome = Outcome.of(
                progress, new WriteBytes(event.getFile(), extents, event.getContinues(), event.getFirstLsn()));
        if (progress.window() instanceof Window.Open open && start < end) {
            return remembering(outcome, open, open.sizeFold().extend(end), Math.max(start, open.start()), end);
        }
        return outcome;
    }

    private static List<Extent> passing(FileProgress progress, Written event, long start, long end) {
        long before = progress.content().passesBefore();
        long from = progress.window() instanceof Window.Open open ? open.start() : Long.MAX_VALUE;
        List<Extent> extents = new ArrayList<>(2);
        if (from <= before) {
            addExtent(extents, event, start, end);
        } else {
            addExtent(extents, event, start, Math.min(end, before));
            addExtent(extents, event, Math.max(start, from), end);
        }
        return extents;
    }

    private static void addExtent(List<Extent> extents, Written event, long start, long end) {
        if (start < end) {
            ByteBuffer content = event.getContent();
            int skip = (int) (start - event.getFileOffset());
            extents.add(new Extent(start, content.slice(content.position() + skip, (int) (end - start))));
        }
    }

    /** Passes where the content is known or being read up to the new size; bytes from there on are zeros or newer. */
    static Outcome truncated(FileProgress progress, Truncated event) {
        long size = event.getSize();
        if (size < 0) {
            return Outcome.uncovered(progress, name(event.getFile()) + " has the size " + size);
        }
        Resize operation = new Resize(event.getFile(), size);
        if (progress.window() instanceof Window.Open open) {
            long from = Math.max(size, open.start());
            return remembering(
                    Outcome.of(progress, operation), open, open.sizeFold().truncate(size), from, Long.MAX_VALUE);
        }
        if (size < progress.content().passesBefore()) {
            return Outcome.of(progress, operation);
        }
        return Outcome.of(progress, new WriteBytes(event.getFile(), List.of(), false, 0L));
    }

    private static Outcome remembering(Outcome outcome, Window.Open open, SizeFold fold, long start, long end) {
        Optional<Range<Long>> changed = start < end ? Optional.of(Range.closedOpen(start, end)) : Optional.empty();
        return new Outcome(outcome.next().with(open.withSizeFold(fold)), outcome.operations(), changed);
    }

    /** From here on everything is known from changes; what a copy still reads under this id was another file. */
    static Outcome created(FileProgress progress, Created event) {
        return Outcome.of(
                new FileProgress(new Content.Complete(), progress.window().voided()), new NewFile(event.getFile()));
    }

    /** Nothing is known from here on. */
    static Outcome gone(FileProgress progress, Gone event) {
        return Outcome.of(
                new FileProgress(
                        forgotten(progress.content()), progress.window().voided()),
                event);
    }

    /** The copy's remaining windows are void, where one was reading. */
    private static Content forgotten(Content content) {
        if (content instanceof Content.Copying copying) {
            return new Content.GivenUp(copying.copyId());
        }
        return content instanceof Content.Complete ? new Content.Unknown() : content;
    }

    /**
     * A window of a copy from the beginning continues where the one before ended. Any other heals: of a file that is
     * not known it has no use, since the copy that will bring the file reads later.
     *
     * @param baseCopyId last base copy begun
     */
    static Outcome opened(FileProgress progress, WindowOpened event, long baseCopyId) {
        Window.Open window = new Window.Open(
                event.getCopyId(), event.getWindowId(), event.getStart(), event.getEnd(), SizeFold.UNCHANGED);
        Content content = progress.content();
        boolean continues = content.isCopiedBy(window.copyId());
        boolean lacksFirst = content instanceof Content.Unknown && window.copyId() == baseCopyId;
        if (window.start() < 0 || window.end() < window.start()) {
            return refused(progress, event, "its range is " + window.start() + " to " + window.end());
        }
        if (event.getFirst()) {
            return window.start() == 0
                    ? Outcome.of(new FileProgress(new Content.Copying(window.copyId(), 0), window))
                    : refused(progress, event, "it is the first and begins at " + window.start());
        }
        if (progress.window() instanceof Window.Open other) {
            return refused(progress, event, "window " + other.windowId() + " of copy " + other.copyId() + " is open");
        }
        if (lacksFirst || (continues && window.start() > content.passesBefore())) {
            return refused(progress, event, "the copy has come to " + content.passesBefore());
        }
        boolean wanted = content instanceof Content.Copying || content instanceof Content.Complete;
        return Outcome.of(progress.with(wanted ? window : window.voided()));
    }

    private static Outcome refused(FileProgress progress, WindowOpened event, String why) {
        return Outcome.uncovered(progress, windowOf(event.getFile(), event.getCopyId(), event.getWindowId()) + why);
    }

    /**
     * Places what was read and not changed since the window opened.
     *
     * @param changed ranges changed in the window, or none where the rule is switched off
     * @param sizeFold what was done to the size in the window, or nothing where the rule is switched off
     */
    static Outcome placed(FileProgress progress, ChunkReference event, RangeSet<Long> changed, SizeFold sizeFold) {
        if (!progress.window().is(event.getCopyId(), event.getWindowId())) {
            return Outcome.uncovered(progress, nameOf(event) + "was not open when it was read");
        }
        if (!(progress.window() instanceof Window.Open open)) {
            return Outcome.of(progress.with(new Window.None()));
        }
        Optional<String> objection = Excision.objection(event, open);
        if (objection.isPresent()) {
            return Outcome.uncovered(progress, nameOf(event) + objection.get());
        }
        Content next = progress.content();
        if (next.isCopiedBy(event.getCopyId())) {
            next = event.getLast()
                    ? new Content.Complete()
                    : new Content.Copying(event.getCopyId(), Math.max(next.passesBefore(), event.getEnd()));
        }
        long size = event.getLast() ? sizeFold.apply(event.getSize()) : -1;
        Excision left = Excision.of(event, changed, size);
        return Outcome.of(
                new FileProgress(next, new Window.None()),
                new PlaceChunk(
                        event.getCopyId(),
                        event.getFile(),
                        left.parts(),
                        left.zeros(),
                        next instanceof Content.Complete,
                        size,
                        event.getModifiedNs()));
    }

    /** The window is closed; of a file that was being copied nothing is known any more. */
    static Outcome abandoned(FileProgress progress, WindowAbandoned event) {
        boolean open = progress.window().is(event.getCopyId(), event.getWindowId());
        boolean copied = progress.content().isCopiedBy(event.getCopyId());
        if (!open && !(copied && progress.window() instanceof Window.None)) {
            String window = windowOf(event.getFile(), event.getCopyId(), event.getWindowId());
            return Outcome.uncovered(progress, window + "was not open when it was abandoned");
        }
        Content next = copied ? forgotten(progress.content()) : progress.content();
        return Outcome.of(new FileProgress(next, new Window.None()));
    }

    /** More has changed in the file's window than can be remembered: what is read there is not used. */
    static Outcome overwhelmed(FileProgress progress, FileId file) {
        Content next =
                progress.content() instanceof Content.Complete ? new Content.Complete() : forgotten(progress.content());
        return new Outcome(
                new FileProgress(next, progress.window().voided()),
                List.of(Outcome.notice(name(file) + " changed in more places than can be remembered while it was"
                        + " being copied; it has to be copied again")),
                Optional.empty());
    }

    private static String nameOf(ChunkReference event) {
        return windowOf(event.getFile(), event.getCopyId(), event.getWindowId());
    }

    private static String windowOf(FileId file, long copyId, long windowId) {
        return "window " + windowId + " of copy " + copyId + " on " + name(file) + ": ";
    }

    private static String name(FileId file) {
        return "file " + FileIds.text(file);
    }
}
