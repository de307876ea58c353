package io.catchwater.cli.embedded.registry;

import io.catchwater.cli.embedded.registry.RegistryRecord.LevelSet;
import io.catchwater.cli.embedded.registry.RegistryRecord.Registered;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** What the {@code _schemas} topic says, read from its beginning. Not thread-safe: {@link Registry} guards it. */
final class RegistryState {
    /**
     * A retained record may be as old as the oldest base, and today's code must read it: so a new schema has to read what
     * any earlier one wrote, not only the latest.
     */
    static final CompatibilityLevel DEFAULT_LEVEL = CompatibilityLevel.BACKWARD_TRANSITIVE;

    private final NavigableMap<String, NavigableMap<Integer, SubjectVersion>> subjects = new TreeMap<>();
    private final Map<Integer, String> schemaById = new HashMap<>();
    private final Map<String, Integer> idBySchema = new HashMap<>();
    private final Map<String, CompatibilityLevel> levelBySubject = new HashMap<>();
    private CompatibilityLevel globalLevel = DEFAULT_LEVEL;
    private int highestId;

    void apply(RegistryRecord record) {
        if (record instanceof Registered registered) {
            apply(registered.version());
        } else if (record instanceof LevelSet set) {
            apply(set);
        }
    }

    private void apply(SubjectVersion version) {
        subjects.computeIfAbsent(version.subject(), subject -> new TreeMap<>()).put(version.version(), version);
        schemaById.put(version.id(), version.schema());
        idBySchema.putIfAbsent(version.schema(), version.id());
        highestId = Math.max(highestId, version.id());
    }

    private void apply(LevelSet set) {
        if (set.subject().isEmpty()) {
            globalLevel = set.level().orElse(DEFAULT_LEVEL);
        } else if (set.level().isPresent()) {
            levelBySubject.put(set.subject().get(), set.level().get());
        } else {
            levelBySubject.remove(set.subject().get());
        }
    }

    /** Subjects with at least one version that is not deleted. */
    List<String> subjects() {
        return subjects.keySet().stream()
                .filter(subject -> !versions(subject).isEmpty())
                .toList();
    }

    /** The versions that are not deleted, oldest first. */
    List<SubjectVersion> versions(String subject) {
        return subjects.getOrDefault(subject, Collections.emptyNavigableMap()).values().stream()
                .filter(version -> !version.deleted())
                .toList();
    }

    /** Every use of a schema that is not deleted. */
    List<SubjectVersion> versionsOf(int id) {
        List<SubjectVersion> uses = new ArrayList<>();
        subjects()
                .forEach(subject -> versions(subject).stream()
                        .filter(version -> version.id() == id)
                        .forEach(uses::add));
        return uses;
    }

    Optional<String> schema(int id) {
        return Optional.ofNullable(schemaById.get(id));
    }

    /** The version that registering this schema next would get: deleted ones keep their numbers, equal schemas their id. */
    SubjectVersion next(String subject, String schema) {
        NavigableMap<Integer, SubjectVersion> known = subjects.getOrDefault(subject, Collections.emptyNavigableMap());
        int version = known.isEmpty() ? 1 : known.lastKey() + 1;
        return new SubjectVersion(subject, version, idBySchema.getOrDefault(schema, highestId + 1), schema, false);
    }

    /** The level that applies to a subject. */
    CompatibilityLevel level(String subject) {
        return levelBySubject.getOrDefault(subject, globalLevel);
    }

    /** The level set for this very subject. */
    Optional<CompatibilityLevel> ownLevel(String subject) {
        return Optional.ofNullable(levelBySubject.get(subject));
    }

    CompatibilityLevel globalLevel() {
        return globalLevel;
    }
}
