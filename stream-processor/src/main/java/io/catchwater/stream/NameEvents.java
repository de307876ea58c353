package io.catchwater.stream;

import io.catchwater.schemas.FileIds;
import io.catchwater.schemas.event.Event;
import io.catchwater.schemas.event.ListedDirectory;
import io.catchwater.schemas.event.ListingClosed;
import io.catchwater.schemas.event.ListingOpened;
import io.catchwater.schemas.event.NameChangeKind;
import io.catchwater.schemas.event.NameChanged;
import io.catchwater.schemas.operation.RemoveTree;
import io.catchwater.schemas.operation.TreeBegun;
import io.catchwater.schemas.operation.TreeEnded;
import io.catchwater.schemas.operation.TreeName;
import io.catchwater.tree.Listing;
import io.catchwater.tree.NameTree;
import io.catchwater.tree.NamedFile;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Names: changes pass, but for those in a listing's window, which are kept and replayed over it when it closes.
 *
 * <p>What is kept is one record of the store for each record that came, and the names that come of it are sent page by
 * page, so that no transaction takes long however large the tree is, and a restart goes on from where it was. Used by
 * the thread of the partition's task.
 */
final class NameEvents {

    private final KeyValueStore<Long, Event> kept;

    /** The names that are still to be sent; null after a restart, and when nothing is being sent. */
    private Iterator<NamedFile> unsent;

    NameEvents(KeyValueStore<Long, Event> kept) {
        this.kept = kept;
    }

    static boolean handles(Object body) {
        return body instanceof NameChanged
                || body instanceof ListingOpened
                || body instanceof ListedDirectory
                || body instanceof ListingClosed;
    }

    /**
     * Takes an event about names.
     *
     * @param progress with no listing being sent
     * @param output is given what to send on, in order
     * @return what is known of the partition afterwards; when a listing is being sent now, {@link #sendPage} has to be
     *     called, and no event taken, until it is sent
     */
    PartitionProgress take(Event event, PartitionProgress progress, Consumer<SpecificRecord> output) {
        ListingProgress listing = progress.listing();
        Object body = event.getBody();
        if (body instanceof ListingOpened opened) {
            clear(listing);
            return progress.withListing(keep(event, ListingProgress.open(opened.getCopyId())));
        } else if (body instanceof ListedDirectory listed) {
            return listing.isOpenFor(listed.getCopyId())
                    ? progress.withListing(keep(event, listing))
                    : refuse(listed.getCopyId(), "names listed", progress, output);
        } else if (body instanceof ListingClosed closed) {
            return listing.isOpenFor(closed.getCopyId())
                    ? progress.withListing(keep(event, listing).sent(0))
                    : refuse(closed.getCopyId(), "a listing closed", progress, output);
        } else if (listing.isOpen()) {
            return progress.withListing(keep(event, listing));
        }
        pass((NameChanged) body, output);
        return progress;
    }

    private ListingProgress keep(Event event, ListingProgress listing) {
        kept.put(listing.length(), event);
        return listing.oneMore();
    }

    private void clear(ListingProgress listing) {
        for (long number = 0; number < listing.length(); number++) {
            kept.delete(number);
        }
        unsent = null;
    }

    /** Copies begun before the last base copy are over, whatever they still say. */
    private static PartitionProgress refuse(
            long copyId, String what, PartitionProgress progress, Consumer<SpecificRecord> output) {
        if (copyId >= progress.baseCopyId() && copyId >= progress.listing().copyId()) {
            output.accept(Outcome.notice(what + " for copy " + copyId + ", which has no listing open"));
        }
        return progress;
    }

    private static void pass(NameChanged change, Consumer<SpecificRecord> output) {
        boolean rename = change.getKind() == NameChangeKind.RENAME;
        boolean exchange = change.getKind() == NameChangeKind.EXCHANGE;
        boolean crosses = change.getPlace() == null || change.getNewPlace() == null;
        if (exchange && crosses) {
            output.accept(Outcome.notice(
                    "a name was exchanged with one outside the tree: file " + FileIds.text(change.getFile())));
        } else if (!rename || change.getNewPlace() != null) {
            output.accept(change);
        } else if (change.getPlace() != null) {
            output.accept(new RemoveTree(change.getPlace().getPath()));
        }
    }

    /** When the listing that is being sent was closed, nanoseconds since 1970. */
    long closedAtNs(ListingProgress listing) {
        return kept.get(listing.length() - 1).getTimeNs();
    }

    /**
     * Sends on with the names of a closed listing.
     *
     * @param listing one that is being sent
     * @param names how many at most
     * @param output is given what to send on, in order
     */
    ListingProgress sendPage(ListingProgress listing, int names, Consumer<SpecificRecord> output) {
        if (unsent == null) {
            unsent = begin(listing, output);
        }
        int sent = 0;
        for (; sent < names && unsent.hasNext(); sent++) {
            NamedFile name = unsent.next();
            output.accept(
                    new TreeName(ByteBuffer.wrap(name.path().bytes()), name.file(), name.attributes(), name.target()));
        }
        if (unsent.hasNext()) {
            return listing.sent(listing.sent() + sent);
        }
        output.accept(new TreeEnded(listing.copyId()));
        clear(listing);
        return ListingProgress.NONE;
    }

    private Iterator<NamedFile> begin(ListingProgress progress, Consumer<SpecificRecord> output) {
        boolean first = progress.sent() == 0;
        Consumer<SpecificRecord> said = first ? output : again -> {};
        NameTree tree = replay(progress, said);
        Iterator<NamedFile> names = tree.iterator();
        said.accept(new TreeBegun(progress.copyId(), tree.rootAttributes()));
        for (long number = 0; number < progress.sent(); number++) {
            names.next();
        }
        return names;
    }

    private NameTree replay(ListingProgress progress, Consumer<SpecificRecord> output) {
        ListingOpened opened = (ListingOpened) kept.get(0L).getBody();
        Listing listing = new Listing(opened.getRoot(), opened.getRootAttributes());
        for (long number = 1; number < progress.length() - 1; number++) {
            take(listing, kept.get(number), output);
        }
        String copy = "copy " + progress.copyId();
        if (listing.mustBeginAnew()) {
            output.accept(
                    Outcome.notice(copy + " closed a listing in which a directory had left the tree and one had come"));
        }
        listing.unlisted()
                .forEach(directory -> output.accept(
                        Outcome.notice(copy + " closed its listing without directory " + FileIds.text(directory))));
        return listing.tree();
    }

    private static void take(Listing listing, Event event, Consumer<SpecificRecord> output) {
        try {
            if (event.getBody() instanceof ListedDirectory directory) {
                listing.listed(directory, event.getLsn());
            } else {
                listing.changed((NameChanged) event.getBody(), event.getLsn(), event.getTimeNs());
            }
        } catch (IllegalArgumentException e) {
            output.accept(Outcome.notice("names that cannot be: " + e.getMessage()));
        }
    }
}
