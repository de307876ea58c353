package io.catchwater.bridge.copy;

import io.catchwater.schemas.event.FileId;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Until when the changes of each file and directory are known: the time of its last captured change, or the change time
 * (st_ctime) that it had before it was last read. The kernel sets a change time during the call, the hook takes the time
 * of a change after it: so a file whose change time is later than what is known here was changed by something that is not
 * captured, or by a call that failed half-way. One such change before a captured one of the same file is not noticed.
 *
 * <p>Nanoseconds since 1970. Drain thread only.
 */
public final class ChangeTimes {

    private final Map<FileKey, Long> known = new HashMap<>();
    private boolean listing;

    /** Names are being listed: a file that is not known here may be found any moment, as it was a moment ago. */
    void listingBegins() {
        listing = true;
    }

    /** A change of a file was captured at a time. Nothing happens when the file has no name that is known. */
    public void captured(FileId file, long timeNs) {
        if (listing) {
            named(file, timeNs);
            return;
        }
        known.computeIfPresent(FileKey.of(file), (key, until) -> Math.max(until, timeNs));
    }

    /** A file got a name at a time. */
    void named(FileId file, long timeNs) {
        known.merge(FileKey.of(file), timeNs, Math::max);
    }

    /** A file was found with a change time; when it is not known here, everything of it is read after that. */
    void found(FileId file, long changedNs) {
        known.putIfAbsent(FileKey.of(file), changedNs);
    }

    /** A file was found with a change time, and everything of it is read after that. */
    void readAfter(FileId file, long changedNs) {
        known.merge(FileKey.of(file), changedNs, Math::max);
    }

    /** True when a file that is known has changed since. */
    boolean isNews(FileId file, long changedNs) {
        Long until = known.get(FileKey.of(file));
        return until != null && changedNs > until;
    }

    /** The file has lost its last name. */
    void forget(FileId file) {
        known.remove(FileKey.of(file));
    }

    /** A listing has ended: only these have names. */
    void listingEnds(Predicate<FileId> named) {
        listing = false;
        known.keySet().removeIf(key -> !named.test(key.file()));
    }

    /** Everything is read anew. */
    void clear() {
        known.clear();
    }
}
