package io.catchwater.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.schemas.control.CatalogEntry;
import io.catchwater.schemas.control.Command;
import io.catchwater.schemas.control.Status;
import io.catchwater.schemas.event.Chunk;
import io.catchwater.schemas.event.Event;
import io.catchwater.schemas.operation.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaValidationException;
import org.apache.avro.SchemaValidatorBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds the schemas against the ones that data was written with: {@code pinned/TYPE.N.avsc}, N growing.
 *
 * <p>After a deliberate, compatible change run with {@code -Dschemas.pin=true} once: it writes the next N.
 */
class SchemaCompatibilityTest {

    private static final Path PINNED = Path.of("src/test/resources/pinned");

    static List<Schema> schemas() {
        return List.of(
                Event.getClassSchema(),
                Chunk.getClassSchema(),
                Operation.getClassSchema(),
                Command.getClassSchema(),
                Status.getClassSchema(),
                CatalogEntry.getClassSchema());
    }

    @ParameterizedTest
    @MethodSource("schemas")
    void readsWhateverWasWrittenSinceTheFirstVersion(Schema schema) throws IOException, SchemaValidationException {
        List<Schema> pinned = pinned(schema.getName());
        if (Boolean.getBoolean("schemas.pin") && !pinned.contains(schema)) {
            Files.createDirectories(PINNED);
            Files.writeString(
                    PINNED.resolve(schema.getName() + "." + (pinned.size() + 1) + ".avsc"), schema.toString());
            return;
        }
        new SchemaValidatorBuilder().canReadStrategy().validateAll().validate(schema, pinned);
        assertThat(pinned)
                .as("%s changed: pin it, see this test's comment", schema.getName())
                .contains(schema);
    }

    @Test
    void anIncompatibleChangeIsFound() throws IOException {
        List<Schema> pinned = pinned("Event");
        Schema changed = new Schema.Parser()
                .parse(pinned.get(0)
                        .toString()
                        .replace("{\"name\":\"pid\",\"type\":\"int\"", "{\"name\":\"process\",\"type\":\"int\""));
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> new SchemaValidatorBuilder()
                        .canReadStrategy()
                        .validateAll()
                        .validate(changed, pinned)))
                .isInstanceOf(SchemaValidationException.class);
    }

    @ParameterizedTest
    @MethodSource("schemas")
    void everyFieldSaysWhatItMeans(Schema schema) {
        assertDocumented(schema, new HashSet<>());
    }

    private static void assertDocumented(Schema schema, Set<String> seen) {
        switch (schema.getType()) {
            case UNION -> schema.getTypes().forEach(type -> assertDocumented(type, seen));
            case ARRAY -> assertDocumented(schema.getElementType(), seen);
            case RECORD -> {
                if (seen.add(schema.getFullName())) {
                    assertThat(schema.getDoc()).as(schema.getFullName()).isNotBlank();
                    for (Schema.Field field : schema.getFields()) {
                        assertThat(field.doc())
                                .as(schema.getName() + "." + field.name())
                                .isNotBlank();
                        assertDocumented(field.schema(), seen);
                    }
                }
            }
            default -> {}
        }
    }

    private static List<Schema> pinned(String name) throws IOException {
        if (!Files.isDirectory(PINNED)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(PINNED)) {
            return files.filter(file -> file.getFileName().toString().startsWith(name + "."))
                    .sorted()
                    .map(SchemaCompatibilityTest::parse)
                    .toList();
        }
    }

    private static Schema parse(Path file) {
        try {
            return new Schema.Parser().parse(file.toFile());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
