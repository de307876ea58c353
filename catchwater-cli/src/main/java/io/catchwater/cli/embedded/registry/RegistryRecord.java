package io.catchwater.cli.embedded.registry;

import java.util.Optional;

/** One fact of the {@code _schemas} topic. */
sealed interface RegistryRecord {
    /** A version was registered, or marked as deleted. */
    record Registered(SubjectVersion version) implements RegistryRecord {}

    /**
     * A compatibility level was set, or taken back.
     *
     * @param subject empty for the level of all subjects without one
     * @param level empty when it was taken back
     */
    record LevelSet(Optional<String> subject, Optional<CompatibilityLevel> level) implements RegistryRecord {}

    /** A kind that other registries write and this one has no use for. */
    record Other() implements RegistryRecord {}
}
