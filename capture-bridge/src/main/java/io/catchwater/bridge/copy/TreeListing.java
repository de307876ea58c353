package io.catchwater.bridge.copy;

import io.catchwater.bridge.publish.EventLog;
import io.catchwater.bridge.ring.RingFile;
import io.catchwater.bridge.ring.Slots;
import io.catchwater.schemas.event.FileAttributes;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.ListingClosed;
import io.catchwater.schemas.event.ListingOpened;
import io.catchwater.schemas.event.NameChanged;
import io.catchwater.tree.Listing;
import io.catchwater.tree.NameTree;
import io.catchwater.tree.TreePath;
import java.util.ArrayList;
import java.util.List;

/** One listing of the whole tree after another; at most one at a time. Drain thread only. */
final class TreeListing {

    /** Where it stands. */
    private sealed interface Step {

        /** Nothing is listed. */
        record Idle() implements Step {}

        /** Ordered: begins when the ring is drained to {@code from}. */
        record Ordered(long from) implements Step {}

        /** A reader walks. */
        record Walking() implements Step {}

        /** Walked: until what was in flight then has settled. */
        record Settling(Slots.InFlight inFlight) implements Step {}

        /** Settled: until the ring is drained to {@code high}. */
        record Draining(long high) implements Step {}
    }

    private final EventLog log;
    private final RingFile ring;
    private final Slots slots;
    private final Walkers walkers;
    private final ChangeTimes times;
    private Step step = new Step.Idle();
    private Listing listing;
    private long copyId;
    private long walk;
    private boolean anew;
    private FileId root;
    private FileAttributes rootAttributes;

    /** Hands directories to a walker, and tells of the root. */
    interface Walkers {
        void walk(long copyId, long walk, List<TreePath> from);

        FileId root();

        FileAttributes rootAttributes();
    }

    TreeListing(EventLog log, RingFile ring, Slots slots, Walkers walkers, ChangeTimes times) {
        this.log = log;
        this.ring = ring;
        this.slots = slots;
        this.walkers = walkers;
        this.times = times;
    }

    /**
     * A listing is wanted, which begins when the ring is drained to a position. One that is under way is void. Its window
     * is opened at once, so that names which can't be told apart meanwhile reach nobody, and once more when it begins.
     *
     * @param lsn of the record that opens the window
     */
    void order(long copy, long lsn, long from) {
        copyId = copy;
        listing = null;
        walk++;
        step = new Step.Ordered(from);
        log.names(lsn, new ListingOpened(copyId, walkers.root(), walkers.rootAttributes()));
    }

    /** A listing that {@linkplain #isOrdered has not begun} is put off until the ring is drained to a position. */
    void postpone(long from) {
        step = new Step.Ordered(from);
    }

    /** Names have changed in a way that the open listing can't make good: another one follows before it is closed. */
    void beginAnew() {
        anew = true;
    }

    /** True from the order to the end. */
    boolean isActive() {
        return !(step instanceof Step.Idle);
    }

    /** True while the listing is ordered and its window not yet open. */
    boolean isOrdered() {
        return step instanceof Step.Ordered;
    }

    /** Takes a change of names that has just been sent. */
    void changed(NameChanged change, long lsn) {
        if (listing != null) {
            listing.changed(change, lsn);
        }
    }

    void take(Report report) {
        if (report instanceof Report.DirectoryRead read && read.walk() == walk && listing != null) {
            log.names(read.part());
            listing.listed(read.part(), read.readAfterLsn());
            times.readAfter(read.part().getDirectory(), read.changedNs());
            for (int i = 0; i < read.namesChangedNs().size(); i++) {
                times.found(
                        read.part().getNames().get(i).getFile(),
                        read.namesChangedNs().get(i));
            }
        } else if (report instanceof Report.WalkEnded ended && ended.walk() == walk && step instanceof Step.Walking) {
            step = new Step.Settling(ended.inFlight());
        }
    }

    /**
     * Moves it on.
     *
     * @return the names, when the listing has just been closed; else null
     */
    NameTree work() {
        if (step instanceof Step.Ordered ordered && log.drainedPosition() >= ordered.from()) {
            open();
        } else if (step instanceof Step.Settling settling && slots.settled(settling.inFlight())) {
            step = new Step.Draining(ring.tail());
        } else if (step instanceof Step.Draining draining
                && log.drainedPosition() >= draining.high()
                && log.isAboveWatermark()) {
            return finish();
        }
        return null;
    }

    private void open() {
        anew = false;
        root = walkers.root();
        rootAttributes = walkers.rootAttributes();
        listing = new Listing(root, rootAttributes);
        log.names(new ListingOpened(copyId, root, rootAttributes));
        walk(List.of(TreePath.ROOT));
    }

    private void walk(List<TreePath> from) {
        walk++;
        step = new Step.Walking();
        walkers.walk(copyId, walk, from);
    }

    private NameTree finish() {
        if (anew || listing.mustBeginAnew()) {
            open();
            return null;
        }
        List<FileId> missing = listing.unlisted();
        NameTree tree = listing.tree();
        if (!missing.isEmpty()) {
            List<TreePath> paths = new ArrayList<>();
            missing.forEach(directory -> {
                if (directory.equals(root)) {
                    paths.add(TreePath.ROOT);
                } else {
                    tree.path(directory).ifPresent(paths::add);
                }
            });
            walk(paths);
            return null;
        }
        log.names(new ListingClosed(copyId));
        listing = null;
        step = new Step.Idle();
        return tree;
    }
}
