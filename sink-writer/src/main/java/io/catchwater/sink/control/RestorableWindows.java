package io.catchwater.sink.control;

import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.control.BaseComplete;
import io.catchwater.schemas.control.Gap;
import io.catchwater.schemas.control.GapKind;
import io.catchwater.sink.intake.KnownEnd;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The windows in which moments of a source can be restored, as the catalog's base copies and gaps give them.
 *
 * <p>Where changes may be missing a window ends, and the next begins where the source is known again. While a copy was open
 * there are no moments, but nothing is missing: that is a hole in a window.
 *
 * @param windows by LSN
 */
public record RestorableWindows(List<Window> windows) {

    /**
     * A window.
     *
     * @param base copy from which its moments are reached
     * @param fromLsn the first LSN that can be restored
     * @param fromTimeNs of that
     * @param toLsn the last LSN that can be restored
     * @param toTimeNs until when nothing more had happened
     * @param goingOn true when it ends only because the stream has not come further
     * @param endedBy what ended it; empty when it goes on, or when that is not known
     * @param holes copies that were open in it
     */
    public record Window(
            BaseComplete base,
            long fromLsn,
            long fromTimeNs,
            long toLsn,
            long toTimeNs,
            boolean goingOn,
            Optional<Gap> endedBy,
            List<Gap> holes) {

        public Window {
            holes = List.copyOf(holes);
        }
    }

    public RestorableWindows {
        windows = List.copyOf(windows);
    }

    /**
     * @param bases complete base copies
     * @param gaps all of the source
     * @param end how far the stream has come
     */
    public static RestorableWindows of(Collection<BaseComplete> bases, Collection<Gap> gaps, KnownEnd.Point end) {
        List<BaseComplete> ordered = bases.stream()
                .sorted(Comparator.comparingLong(BaseComplete::getCopyId))
                .toList();
        List<Gap> orderedGaps =
                gaps.stream().sorted(Comparator.comparingLong(Gap::getFromLsn)).toList();
        List<Window> windows = new ArrayList<>();
        for (int i = 0; i < ordered.size(); i++) {
            Optional<BaseComplete> next = i + 1 < ordered.size() ? Optional.of(ordered.get(i + 1)) : Optional.empty();
            new Cutting(ordered.get(i), next, orderedGaps, end).addTo(windows);
        }
        return new RestorableWindows(windows);
    }

    /** Cuts what one base copy reaches into windows. */
    private static final class Cutting {
        private final BaseComplete base;
        private final List<Gap> gaps;
        private final boolean open;
        private final long toLsn;
        private final long toTimeNs;
        private long fromLsn;
        private long fromTimeNs;
        private boolean over;

        Cutting(BaseComplete base, Optional<BaseComplete> next, List<Gap> gaps, KnownEnd.Point end) {
            this.base = base;
            this.gaps = gaps;
            this.fromLsn = base.getFromLsn();
            this.fromTimeNs = base.getFromTimeNs();
            this.open = base.getToLsn() == Lsn.NONE && next.isEmpty();
            long last = base.getToLsn() == Lsn.NONE ? end.lsn() : base.getToLsn();
            this.toLsn = next.map(copy -> Math.min(last, copy.getCopyId() - 1))
                    .orElse(Math.max(last, open ? fromLsn : last));
            this.toTimeNs =
                    Math.max(fromTimeNs, next.map(BaseComplete::getFromTimeNs).orElse(end.timeNs()));
        }

        void addTo(List<Window> windows) {
            for (Gap gap : gaps) {
                boolean touches = gap.getFromLsn() <= toLsn && (isOpen(gap) || gap.getToLsn() > fromLsn);
                if (!over && touches && gap.getKind() != GapKind.COPY_OPEN) {
                    add(windows, gap.getFromLsn(), gap.getFromTimeNs(), Optional.of(gap));
                    over = isOpen(gap) || gap.getToLsn() > toLsn;
                    fromLsn = gap.getToLsn();
                    fromTimeNs = gap.getToTimeNs();
                }
            }
            if (!over) {
                add(windows, toLsn, toTimeNs, Optional.empty());
            }
        }

        private void add(List<Window> windows, long lastLsn, long lastTimeNs, Optional<Gap> endedBy) {
            if (lastLsn < fromLsn) {
                return;
            }
            List<Gap> holes = gaps.stream()
                    .filter(gap -> gap.getKind() == GapKind.COPY_OPEN)
                    .filter(gap -> gap.getFromLsn() >= fromLsn && gap.getFromLsn() < lastLsn)
                    .toList();
            windows.add(new Window(
                    base, fromLsn, fromTimeNs, lastLsn, lastTimeNs, open && endedBy.isEmpty(), endedBy, holes));
        }

        private static boolean isOpen(Gap gap) {
            return gap.getToLsn() == Lsn.NONE;
        }
    }

    /** The window in which a time falls, or the last before it. */
    public Optional<Window> atOrBefore(long timeNs) {
        Window found = null;
        for (Window window : windows) {
            if (window.fromTimeNs() > timeNs) {
                break;
            }
            found = window;
            if (timeNs < window.toTimeNs()) {
                break;
            }
        }
        return Optional.ofNullable(found);
    }

    /** The window in which an LSN falls, or the last before it. */
    public Optional<Window> atOrBeforeLsn(long lsn) {
        return windows.stream().filter(window -> window.fromLsn() <= lsn).reduce((first, second) -> second);
    }

    /** The last window before another. */
    public Optional<Window> before(Window window) {
        int index = windows.indexOf(window);
        return index > 0 ? Optional.of(windows.get(index - 1)) : Optional.empty();
    }

    /** The first window after another; the first of all when that is empty. */
    public Optional<Window> after(Optional<Window> window) {
        int index = window.map(windows::indexOf).orElse(-1) + 1;
        return index < windows.size() ? Optional.of(windows.get(index)) : Optional.empty();
    }

    /** The last window. */
    public Optional<Window> last() {
        return windows.isEmpty() ? Optional.empty() : Optional.of(windows.get(windows.size() - 1));
    }
}
