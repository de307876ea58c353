package io.catchwater.bridge.control;

import io.catchwater.schemas.Topics;
import io.catchwater.schemas.control.CatalogEntry;
import io.catchwater.schemas.control.Gap;
import io.catchwater.schemas.control.GapKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gaps that an earlier bridge of a source has begun and not ended: it was killed, or closed meanwhile. */
public final class OpenGaps {

    private static final Logger LOG = LoggerFactory.getLogger(OpenGaps.class);

    private OpenGaps() {}

    /**
     * Reads the catalog for what was changed unseen.
     *
     * @param clientSettings how to reach the brokers
     */
    public static List<Gap> read(
            String source, Map<String, Object> clientSettings, Deserializer<CatalogEntry> deserializer) {
        String prefix = source + "/gap/" + GapKind.UNCAPTURED + "/";
        Map<String, Gap> gaps = new LinkedHashMap<>();
        WholeTopic.read(Topics.CATALOG, clientSettings, record -> {
            if (record.key() == null || !record.key().startsWith(prefix)) {
                return;
            }
            gaps.remove(record.key());
            try {
                CatalogEntry entry =
                        record.value() == null ? null : deserializer.deserialize(Topics.CATALOG, record.value());
                if (entry != null && entry.getEntry() instanceof Gap gap && gap.getToLsn() == 0) {
                    gaps.put(record.key(), gap);
                }
            } catch (SerializationException e) {
                LOG.warn("{} cannot be read: {}", record.key(), e.getMessage());
            }
        });
        return List.copyOf(gaps.values());
    }
}
