package io.catchwater.cli.control;

import io.catchwater.schemas.Topics;
import io.catchwater.schemas.control.BaseComplete;
import io.catchwater.schemas.control.CatalogEntry;
import io.catchwater.schemas.control.CutCommandRun;
import io.catchwater.schemas.control.CutCommands;
import io.catchwater.schemas.control.Gap;
import io.catchwater.schemas.control.RingBegun;
import io.catchwater.schemas.control.SnapshotSealed;
import io.catchwater.sink.control.RestorableWindows;
import io.catchwater.sink.intake.KnownEnd;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Snapshots, and the times in which every moment can be restored.
 *
 * @param entries of the catalog topic, one for each key
 */
public record Catalog(List<CatalogEntry> entries) {

    public Catalog {
        entries = List.copyOf(entries);
    }

    /** Reads the topic as it is now. */
    public static Catalog read(Deployment deployment) {
        try (ControlTopic<CatalogEntry> topic = ControlTopic.open(deployment, Topics.CATALOG, CatalogEntry.class)) {
            topic.readToEnd();
            return new Catalog(List.copyOf(topic.latest().values()));
        }
    }

    /** Names of the sources that have an entry. */
    public List<String> sources() {
        return entries.stream().map(CatalogEntry::getSource).distinct().sorted().toList();
    }

    /** A source's snapshots, oldest cut first. */
    public List<SnapshotSealed> snapshots(String source) {
        return of(source, SnapshotSealed.class).stream()
                .sorted(Comparator.comparingLong(SnapshotSealed::getLsn))
                .toList();
    }

    /** A source's base copies that are complete. */
    public List<BaseComplete> bases(String source) {
        return of(source, BaseComplete.class);
    }

    /**
     * A source's restorable windows.
     *
     * @param end how far its stream has come
     */
    public RestorableWindows windows(String source, KnownEnd.Point end) {
        return RestorableWindows.of(bases(source), of(source, Gap.class), end);
    }

    /** What was run beside a source's cuts, by the time at which that began. */
    public List<CutCommands> cutCommands(String source) {
        return of(source, CutCommands.class).stream()
                .sorted(Comparator.comparingLong(Catalog::begunNs))
                .toList();
    }

    private static long begunNs(CutCommands commands) {
        CutCommandRun first = commands.getBefore() == null ? commands.getAfter() : commands.getBefore();
        return first == null ? 0 : first.getTimeNs();
    }

    /** A source's rings, oldest first. */
    public List<RingBegun> rings(String source) {
        return of(source, RingBegun.class).stream()
                .sorted(Comparator.comparingLong(RingBegun::getIncarnation))
                .toList();
    }

    /** A snapshot by its id. */
    public Optional<SnapshotSealed> snapshot(String source, String id) {
        return snapshots(source).stream()
                .filter(snapshot -> snapshot.getId().equals(id))
                .findFirst();
    }

    private <T> List<T> of(String source, Class<T> type) {
        return entries.stream()
                .filter(entry -> entry.getSource().equals(source))
                .map(CatalogEntry::getEntry)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }
}
