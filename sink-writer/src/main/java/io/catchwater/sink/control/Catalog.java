package io.catchwater.sink.control;

import io.catchwater.files.Errno;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.control.BaseComplete;
import io.catchwater.schemas.control.CatalogEntry;
import io.catchwater.schemas.control.Gap;
import io.catchwater.schemas.control.RingBegun;
import io.catchwater.schemas.control.SnapshotSealed;
import io.catchwater.sink.SinkException;
import io.catchwater.sink.intake.KafkaAccess;
import io.catchwater.sink.intake.RecordReader;
import io.catchwater.sink.intake.TopicScan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * What the catalog topic holds of one source, as it was when it was read.
 *
 * @param bases complete base copies, the earliest first
 * @param gaps between which no moment can be restored
 * @param snapshots by id
 * @param directories watched at the source, as the newest ring says
 * @param sources all sources that the catalog knows
 */
public record Catalog(
        List<BaseComplete> bases,
        List<Gap> gaps,
        Map<String, SnapshotSealed> snapshots,
        List<String> directories,
        Set<String> sources) {

    /** Reads the topic. */
    public static Catalog read(KafkaAccess kafka, String source) throws IOException {
        Map<String, CatalogEntry> entries = new HashMap<>();
        RecordReader<CatalogEntry> reader =
                new RecordReader<>(kafka.serialization().deserializer(CatalogEntry.class));
        try (Consumer<byte[], byte[]> consumer = kafka.consumer()) {
            TopicScan.readAll(consumer, Topics.CATALOG, record -> {
                if (record.key() == null) {
                    throw new SinkException(
                            SinkException.Reason.FAILED, Errno.EIO, "the catalog has a record without a key");
                }
                String key = new String(record.key(), StandardCharsets.UTF_8);
                if (record.value() == null) {
                    entries.remove(key);
                } else {
                    entries.put(key, reader.read(record));
                }
            });
        }
        return of(source, entries.values());
    }

    static Catalog of(String source, Iterable<CatalogEntry> entries) {
        List<BaseComplete> bases = new ArrayList<>();
        List<Gap> gaps = new ArrayList<>();
        Map<String, SnapshotSealed> snapshots = new HashMap<>();
        Set<String> sources = new HashSet<>();
        RingBegun newest = null;
        for (CatalogEntry entry : entries) {
            sources.add(entry.getSource());
            if (!entry.getSource().equals(source)) {
                continue;
            }
            if (entry.getEntry() instanceof BaseComplete base) {
                bases.add(base);
            } else if (entry.getEntry() instanceof Gap gap) {
                gaps.add(gap);
            } else if (entry.getEntry() instanceof SnapshotSealed snapshot) {
                snapshots.put(snapshot.getId(), snapshot);
            } else if (entry.getEntry() instanceof RingBegun ring
                    && (newest == null || ring.getIncarnation() > newest.getIncarnation())) {
                newest = ring;
            }
        }
        bases.sort(Comparator.comparingLong(BaseComplete::getCopyId));
        List<String> directories = newest == null ? List.of() : List.copyOf(newest.getDirectories());
        return new Catalog(bases, gaps, snapshots, directories, sources);
    }

    /** The newest base after which nothing is missing yet. */
    public Optional<BaseComplete> openBase() {
        return bases.stream().filter(base -> base.getToLsn() == 0).reduce((first, second) -> second);
    }
}
