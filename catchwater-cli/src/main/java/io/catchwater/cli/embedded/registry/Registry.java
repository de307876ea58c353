package io.catchwater.cli.embedded.registry;

import io.catchwater.cli.embedded.registry.RegistryRecord.LevelSet;
import io.catchwater.cli.embedded.registry.RegistryRecord.Registered;
import java.util.List;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/**
 * The operations of a schema registry on one {@link RegistryLog}.
 *
 * <p>Thread-safe: one call at a time. A change is decided on the state at the end of the log, appended, and visible once it
 * has been read back, so the state never says anything that the log does not.
 */
final class Registry implements AutoCloseable {
    private static final String LATEST = "latest";

    private final RegistryLog log;
    private final RegistryState state = new RegistryState();

    Registry(RegistryLog log) {
        this.log = log;
        log.catchUp(state::apply);
    }

    /** Registers a schema; again, and nothing changes. */
    synchronized SubjectVersion register(String subject, String schemaText) {
        log.catchUp(state::apply);
        Schema schema = parse(schemaText);
        Optional<SubjectVersion> known = find(subject, schema.toString());
        if (known.isPresent()) {
            return known.get();
        }
        difference(subject, schema, state.versions(subject)).ifPresent(text -> {
            throw RegistryException.incompatible(subject, text);
        });
        SubjectVersion next = state.next(subject, schema.toString());
        write(new Registered(next));
        return next;
    }

    synchronized SubjectVersion lookup(String subject, String schemaText) {
        String canonical = parse(schemaText).toString();
        versions(subject);
        return find(subject, canonical).orElseThrow(RegistryException::schemaNotFound);
    }

    synchronized List<String> subjects() {
        return state.subjects();
    }

    /** Oldest first, never empty. */
    synchronized List<SubjectVersion> versions(String subject) {
        List<SubjectVersion> versions = state.versions(subject);
        if (versions.isEmpty()) {
            throw RegistryException.subjectNotFound(subject);
        }
        return versions;
    }

    /** @param version a number, {@code latest}, or {@code -1} for the same */
    synchronized SubjectVersion version(String subject, String version) {
        List<SubjectVersion> versions = versions(subject);
        if (version.equals(LATEST) || version.equals("-1")) {
            return versions.get(versions.size() - 1);
        }
        int wanted = parseVersion(version);
        return versions.stream()
                .filter(each -> each.version() == wanted)
                .findFirst()
                .orElseThrow(() -> RegistryException.versionNotFound(version));
    }

    synchronized String schema(int id) {
        return state.schema(id).orElseThrow(RegistryException::schemaNotFound);
    }

    synchronized List<SubjectVersion> versionsOf(int id) {
        schema(id);
        return state.versionsOf(id);
    }

    /** Hides all versions of a subject. Their ids keep resolving: retained records carry them. */
    synchronized List<Integer> deleteSubject(String subject) {
        log.catchUp(state::apply);
        List<SubjectVersion> versions = versions(subject);
        versions.forEach(version -> log.append(new Registered(version.asDeleted())));
        log.catchUp(state::apply);
        return versions.stream().map(SubjectVersion::version).toList();
    }

    /** Hides one version of a subject. Its id keeps resolving. */
    synchronized int deleteVersion(String subject, String version) {
        log.catchUp(state::apply);
        SubjectVersion found = version(subject, version);
        write(new Registered(found.asDeleted()));
        return found.version();
    }

    /**
     * Says whether a schema could be registered.
     *
     * @param version the only one to compare with; empty for those that the subject's level names
     * @return what stands in the way; empty when nothing does
     */
    synchronized Optional<String> difference(String subject, Optional<String> version, String schemaText) {
        List<SubjectVersion> earlier =
                version.map(each -> List.of(version(subject, each))).orElseGet(() -> state.versions(subject));
        return difference(subject, parse(schemaText), earlier);
    }

    synchronized CompatibilityLevel globalLevel() {
        return state.globalLevel();
    }

    /** @param orGlobal whether a subject without a level of its own answers with the global one */
    synchronized CompatibilityLevel level(String subject, boolean orGlobal) {
        return orGlobal
                ? state.level(subject)
                : state.ownLevel(subject).orElseThrow(() -> RegistryException.subjectHasNoLevel(subject));
    }

    /** @param subject empty for the global level */
    synchronized void setLevel(Optional<String> subject, CompatibilityLevel level) {
        write(new LevelSet(subject, Optional.of(level)));
    }

    /** Makes a subject follow the global level again; returns the level it had. */
    synchronized CompatibilityLevel clearLevel(String subject) {
        CompatibilityLevel before = level(subject, false);
        write(new LevelSet(Optional.of(subject), Optional.empty()));
        return before;
    }

    @Override
    public synchronized void close() {
        log.close();
    }

    private void write(RegistryRecord record) {
        log.append(record);
        log.catchUp(state::apply);
    }

    private Optional<SubjectVersion> find(String subject, String canonical) {
        return state.versions(subject).stream()
                .filter(version -> version.schema().equals(canonical))
                .findFirst();
    }

    private Optional<String> difference(String subject, Schema schema, List<SubjectVersion> earlier) {
        List<Schema> schemas =
                earlier.stream().map(version -> parse(version.schema())).toList();
        return state.level(subject).difference(schema, schemas);
    }

    private static Schema parse(String text) {
        try {
            return new Schema.Parser().parse(text);
        } catch (AvroRuntimeException e) {
            throw RegistryException.invalidSchema(e.getMessage(), e);
        }
    }

    private static int parseVersion(String version) {
        try {
            int number = Integer.parseInt(version);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Answered below, as a number out of range is.
        }
        throw RegistryException.invalidVersion(version);
    }
}
