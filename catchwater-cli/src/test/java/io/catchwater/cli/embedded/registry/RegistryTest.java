package io.catchwater.cli.embedded.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class RegistryTest {
    private static final String V1 = schema("{\"name\":\"a\",\"type\":\"int\"}");
    private static final String V2 =
            schema("{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"b\",\"type\":\"string\",\"default\":\"\"}");
    private static final String B_BECAME_A_NUMBER =
            schema("{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"b\",\"type\":\"long\",\"default\":0}");
    private static final String WITHOUT_DEFAULT =
            schema("{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"c\",\"type\":\"long\"}");

    private final MemoryLog log = new MemoryLog();
    private final Registry registry = new Registry(log);

    @Test
    void registersASchemaOnce() {
        SubjectVersion first = registry.register("s", V1);

        assertThat(registry.register("s", V1)).isEqualTo(first);
        assertThat(log.records).hasSize(1);
        assertThat(registry.lookup("s", V1)).isEqualTo(first);
    }

    @Test
    void givesEqualSchemasOneIdInAllSubjects() {
        int id = registry.register("s", V1).id();

        assertThat(registry.register("t", V1).id()).isEqualTo(id);
        assertThat(registry.versionsOf(id)).extracting(SubjectVersion::subject).containsExactly("s", "t");
    }

    @Test
    void refusesASchemaThatCannotReadTheLatest() {
        registry.register("s", V1);

        assertAnswer(() -> registry.register("s", WITHOUT_DEFAULT), 409, 409);
        assertThat(registry.versions("s")).hasSize(1);
    }

    @Test
    void refusesASchemaThatCannotReadAnOlderOne() {
        registry.register("s", V2);
        registry.register("s", V1);

        assertAnswer(() -> registry.register("s", B_BECAME_A_NUMBER), 409, 409);
        registry.setLevel(Optional.of("s"), CompatibilityLevel.BACKWARD);
        assertThat(registry.register("s", B_BECAME_A_NUMBER).version()).isEqualTo(3);
    }

    @Test
    void followsTheGlobalLevelUntilTheSubjectHasItsOwn() {
        registry.register("s", V1);
        registry.setLevel(Optional.empty(), CompatibilityLevel.NONE);
        assertThat(registry.difference("s", Optional.empty(), WITHOUT_DEFAULT)).isEmpty();

        registry.setLevel(Optional.of("s"), CompatibilityLevel.FULL);
        assertThat(registry.difference("s", Optional.empty(), WITHOUT_DEFAULT)).isPresent();

        assertThat(registry.clearLevel("s")).isEqualTo(CompatibilityLevel.FULL);
        assertThat(registry.level("s", true)).isEqualTo(CompatibilityLevel.NONE);
        assertAnswer(() -> registry.level("s", false), 404, 40408);
    }

    @Test
    void keepsTheIdsOfDeletedSchemas() {
        int id = registry.register("s", V1).id();
        registry.register("s", V2);

        assertThat(registry.deleteSubject("s")).containsExactly(1, 2);

        assertThat(registry.subjects()).isEmpty();
        assertAnswer(() -> registry.versions("s"), 404, 40401);
        assertThat(registry.schema(id)).isEqualTo(V1);
        assertThat(registry.register("s", V1)).isEqualTo(new SubjectVersion("s", 3, id, V1, false));
    }

    @Test
    void readsBackWhatItWrote() {
        registry.register("s", V1);
        registry.register("s", V2);
        registry.deleteVersion("s", "1");
        registry.setLevel(Optional.of("s"), CompatibilityLevel.FORWARD);

        Registry restarted = new Registry(log.copy());

        assertThat(restarted.versions("s")).isEqualTo(registry.versions("s"));
        assertThat(restarted.level("s", false)).isEqualTo(CompatibilityLevel.FORWARD);
        assertThat(restarted.register("t", WITHOUT_DEFAULT).id()).isEqualTo(3);
    }

    @Test
    void seesARecordWhoseAppendWasNotAcknowledged() {
        log.failAfterAppend = true;
        assertAnswer(() -> registry.register("s", V1), 500, 50001);
        log.failAfterAppend = false;

        assertThat(registry.register("t", V2).id()).isEqualTo(2);
        assertThat(registry.register("s", V1).id()).isEqualTo(1);
    }

    @Test
    void namesWhatIsWrongWithARequest() {
        assertAnswer(() -> registry.register("s", "{"), 422, 42201);
        assertAnswer(() -> registry.schema(7), 404, 40403);
        assertAnswer(() -> registry.lookup("s", V1), 404, 40401);
        registry.register("s", V1);
        assertAnswer(() -> registry.lookup("s", V2), 404, 40403);
        assertAnswer(() -> registry.version("s", "9"), 404, 40402);
        assertAnswer(() -> registry.version("s", "0"), 422, 42202);
    }

    private static void assertAnswer(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, int status, int code) {
        assertThatThrownBy(call).isInstanceOfSatisfying(RegistryException.class, e -> {
            assertThat(e.httpStatus()).isEqualTo(status);
            assertThat(e.errorCode()).isEqualTo(code);
        });
    }

    private static String schema(String fields) {
        return "{\"type\":\"record\",\"name\":\"A\",\"namespace\":\"n\",\"fields\":[" + fields + "]}";
    }

    /** Keeps keys and values as the topic would. */
    private static final class MemoryLog implements RegistryLog {
        private final List<String[]> records = new ArrayList<>();
        private int handedOver;
        private boolean failAfterAppend;

        @Override
        public void catchUp(Consumer<RegistryRecord> receiver) {
            for (; handedOver < records.size(); handedOver++) {
                String[] record = records.get(handedOver);
                receiver.accept(RegistryRecordCodec.decode(record[0], record[1]));
            }
        }

        @Override
        public void append(RegistryRecord record) {
            records.add(new String[] {RegistryRecordCodec.key(record), RegistryRecordCodec.value(record)});
            if (failAfterAppend) {
                throw RegistryException.storeFailed(new IllegalStateException("no acknowledgement"));
            }
        }

        @Override
        public void close() {}

        MemoryLog copy() {
            MemoryLog copy = new MemoryLog();
            copy.records.addAll(records);
            return copy;
        }
    }
}
