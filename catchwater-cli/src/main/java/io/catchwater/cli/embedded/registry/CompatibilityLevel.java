package io.catchwater.cli.embedded.registry;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityResult;

/** Which earlier schemas of a subject a new one must get along with, and in which direction. */
enum CompatibilityLevel {
    NONE(false, false, false),
    /** The new schema reads what was written with the latest one. */
    BACKWARD(true, false, false),
    /** The new schema reads what was written with any earlier one. */
    BACKWARD_TRANSITIVE(true, false, true),
    /** The latest schema reads what is written with the new one. */
    FORWARD(false, true, false),
    /** Every earlier schema reads what is written with the new one. */
    FORWARD_TRANSITIVE(false, true, true),
    FULL(true, true, false),
    FULL_TRANSITIVE(true, true, true);

    private final boolean readsOld;
    private final boolean readByOld;
    private final boolean transitive;

    CompatibilityLevel(boolean readsOld, boolean readByOld, boolean transitive) {
        this.readsOld = readsOld;
        this.readByOld = readByOld;
        this.transitive = transitive;
    }

    /** @throws RegistryException when no level has that name */
    static CompatibilityLevel parse(String name) {
        return Arrays.stream(values())
                .filter(level -> level.name().equals(name))
                .findFirst()
                .orElseThrow(() -> RegistryException.invalidLevel(name));
    }

    /**
     * Compares a new schema with its predecessors.
     *
     * @param earlier oldest first
     * @return what stands in the way, in Avro's words; empty when nothing does
     */
    Optional<String> difference(Schema candidate, List<Schema> earlier) {
        int first = transitive ? 0 : Math.max(0, earlier.size() - 1);
        for (Schema old : earlier.subList(first, earlier.size())) {
            Optional<String> found = difference(candidate, old);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private Optional<String> difference(Schema candidate, Schema old) {
        Optional<String> backward = readsOld ? unreadable(candidate, old) : Optional.empty();
        return backward.isPresent() || !readByOld ? backward : unreadable(old, candidate);
    }

    private static Optional<String> unreadable(Schema reader, Schema writer) {
        SchemaCompatibilityResult result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                .getResult();
        return result.getIncompatibilities().stream()
                .map(each -> each.getType() + " at " + each.getLocation() + ": " + each.getMessage())
                .findFirst();
    }
}
