package io.catchwater.cli.embedded.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catchwater.cli.embedded.EmbeddedPlatform;
import io.catchwater.cli.embedded.EmbeddedSettings;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchemaProvider;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaMetadata;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** The registry as Confluent's own client sees it. */
final class EmbeddedRegistryIT {
    private static final AvroSchema V1 = schema("{\"name\":\"a\",\"type\":\"int\"}");
    private static final AvroSchema V2 =
            schema("{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"b\",\"type\":\"string\",\"default\":\"\"}");
    private static final AvroSchema INCOMPATIBLE =
            schema("{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"c\",\"type\":\"long\"}");

    @TempDir
    static Path temporary;

    private static EmbeddedPlatform platform;

    private final SchemaRegistryClient client = client();

    @BeforeAll
    static void start() {
        platform = EmbeddedPlatform.start(EmbeddedSettings.on(temporary.resolve("data")), List.of(), message -> {});
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @Test
    void registersAndLooksUp(TestInfo test) throws Exception {
        String subject = test.getDisplayName();
        int id = client.register(subject, V1);

        assertThat(client().register(subject, V1)).isEqualTo(id);
        assertThat(client().register(subject, V1, true)).isEqualTo(id);
        assertThat(client().getId(subject, V1)).isEqualTo(id);
        assertThat(client().getSchemaById(id)).isEqualTo(V1);
        assertThat(client().getVersion(subject, V1)).isEqualTo(1);
        assertThat(client().getAllSubjectsById(id)).contains(subject);
        assertThat(client().getAllSubjects()).contains(subject);
    }

    @Test
    void listsVersions(TestInfo test) throws Exception {
        String subject = test.getDisplayName();
        client.register(subject, V1);
        int id = client.register(subject, V2);

        assertThat(client.getAllVersions(subject)).containsExactly(1, 2);
        SchemaMetadata latest = client.getLatestSchemaMetadata(subject);
        assertThat(latest.getId()).isEqualTo(id);
        assertThat(latest.getVersion()).isEqualTo(2);
        assertThat(client.getByVersion(subject, 1, false).getSchema()).isEqualTo(V1.canonicalString());
    }

    @Test
    void refusesAnIncompatibleSchema(TestInfo test) throws Exception {
        String subject = test.getDisplayName();
        client.register(subject, V1);

        assertThat(client.testCompatibility(subject, V2)).isTrue();
        assertThat(client.testCompatibility(subject, INCOMPATIBLE)).isFalse();
        assertThat(client.testCompatibilityVerbose(subject, INCOMPATIBLE)).hasSize(1);
        assertAnswer(() -> client.register(subject, INCOMPATIBLE), 409, 409);

        client.updateCompatibility(subject, "NONE");
        assertThat(client.getCompatibility(subject)).isEqualTo("NONE");
        assertThat(client.register(subject, INCOMPATIBLE)).isPositive();
    }

    @Test
    void keepsResolvingTheIdsOfADeletedSubject(TestInfo test) throws Exception {
        String subject = test.getDisplayName();
        int id = client.register(subject, V1);

        assertThat(client.deleteSubject(subject)).containsExactly(1);

        assertAnswer(() -> client().getAllVersions(subject), 404, 40401);
        assertThat(client().getSchemaById(id)).isEqualTo(V1);
    }

    @Test
    void answersWhatItDoesNotKnow() throws Exception {
        assertAnswer(() -> client.getSchemaById(987_654), 404, 40403);
        assertThat(client.getMode()).isEqualTo("READWRITE");
        assertThat(client.getCompatibility(null)).isEqualTo("BACKWARD_TRANSITIVE");
        assertThat(post("/subjects/x/versions", "{").statusCode()).isEqualTo(400);
        assertThat(post("/subjects/x/versions", "{}").statusCode()).isEqualTo(400);
        assertThat(post("/nonsense", "{}").statusCode()).isEqualTo(404);
        assertThat(post("/subjects/x/versions", "{\"schemaType\":\"PROTOBUF\",\"schema\":\"\"}")
                        .statusCode())
                .isEqualTo(422);
    }

    @Test
    void refusesAnOversizedRequest() throws Exception {
        String body = "{\"schema\":\"" + "x".repeat(EmbeddedRegistry.MAX_BODY_BYTES) + "\"}";

        assertThat(post("/subjects/x/versions", body).statusCode()).isEqualTo(413);
    }

    @Test
    void answersNobodyWhoCannotLogIn() throws Exception {
        for (String path : List.of("/", "/subjects", "/schemas/ids/1", "/nothing")) {
            URI uri = URI.create(platform.schemaRegistryUrl() + path);
            HttpResponse<String> refused =
                    HttpClient.newHttpClient().send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
            assertThat(refused.statusCode()).as(path).isEqualTo(401);
            assertThat(refused.headers().firstValue("www-authenticate")).contains("Basic realm=\"catchwater\"");
        }
        Map<String, String> wrong = new HashMap<>(platform.clientProperties());
        wrong.put("basic.auth.user.info", "catchwater:wrong");
        assertAnswer(() -> client(wrong).getAllSubjects(), 401, 40101);
    }

    private static String base64(String login) {
        return Base64.getEncoder().encodeToString(login.getBytes(UTF_8));
    }

    private static void assertAnswer(ThrowingCallable call, int status, int code) {
        assertThatThrownBy(call).isInstanceOfSatisfying(RestClientException.class, e -> {
            assertThat(e.getStatus()).isEqualTo(status);
            assertThat(e.getErrorCode()).isEqualTo(code);
        });
    }

    private static HttpResponse<String> post(String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(platform.schemaRegistryUrl() + path))
                .header(
                        "Authorization",
                        "Basic " + base64(platform.clientProperties().get("basic.auth.user.info")))
                .POST(BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }

    /** A fresh one remembers nothing and asks the registry. */
    private static SchemaRegistryClient client() {
        return client(platform.clientProperties());
    }

    private static SchemaRegistryClient client(Map<String, String> login) {
        return new CachedSchemaRegistryClient(
                List.of(platform.schemaRegistryUrl()), 100, List.of(new AvroSchemaProvider()), login, Map.of());
    }

    private static AvroSchema schema(String fields) {
        return new AvroSchema("{\"type\":\"record\",\"name\":\"A\",\"namespace\":\"n\",\"fields\":[" + fields + "]}");
    }
}
