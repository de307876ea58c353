package io.catchwater.cli.embedded.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.catchwater.cli.embedded.registry.RegistryRecord.LevelSet;
import io.catchwater.cli.embedded.registry.RegistryRecord.Other;
import io.catchwater.cli.embedded.registry.RegistryRecord.Registered;
import java.util.Optional;

/**
 * Keys and values of the {@code _schemas} topic as Confluent's registry writes them, so that either can take over the
 * topic of the other. Compaction goes by the bytes of the key: the order of its fields is part of the format.
 */
final class RegistryRecordCodec {
    private static final ObjectMapper JSON = new ObjectMapper();

    private RegistryRecordCodec() {}

    static String key(RegistryRecord record) {
        ObjectNode key = JSON.createObjectNode();
        if (record instanceof Registered registered) {
            key.put("keytype", "SCHEMA")
                    .put("subject", registered.version().subject())
                    .put("version", registered.version().version())
                    .put("magic", 1);
        } else if (record instanceof LevelSet set) {
            key.put("keytype", "CONFIG")
                    .put("subject", set.subject().orElse(null))
                    .put("magic", 0);
        } else {
            throw new IllegalArgumentException("not written here: " + record);
        }
        return key.toString();
    }

    /** Null, Kafka's tombstone, for a level that was taken back. */
    static String value(RegistryRecord record) {
        if (record instanceof Registered registered) {
            SubjectVersion version = registered.version();
            return JSON.createObjectNode()
                    .put("subject", version.subject())
                    .put("version", version.version())
                    .put("id", version.id())
                    .put("schema", version.schema())
                    .put("deleted", version.deleted())
                    .toString();
        }
        if (record instanceof LevelSet set) {
            return set.level()
                    .map(level -> JSON.createObjectNode()
                            .put("compatibilityLevel", level.name())
                            .toString())
                    .orElse(null);
        }
        throw new IllegalArgumentException("not written here: " + record);
    }

    /** @throws IllegalArgumentException when it is not a record of a registry */
    static RegistryRecord decode(String key, String value) {
        try {
            JsonNode keyNode = JSON.readTree(key);
            JsonNode valueNode = value == null ? null : JSON.readTree(value);
            return switch (keyNode.path("keytype").asText()) {
                case "SCHEMA" -> valueNode == null ? new Other() : new Registered(version(valueNode));
                case "CONFIG" ->
                    new LevelSet(
                            Optional.ofNullable(keyNode.path("subject").textValue()),
                            Optional.ofNullable(valueNode)
                                    .map(node -> CompatibilityLevel.parse(
                                            node.path("compatibilityLevel").asText())));
                default -> new Other();
            };
        } catch (JsonProcessingException | RegistryException e) {
            throw new IllegalArgumentException("not a registry record: " + key, e);
        }
    }

    private static SubjectVersion version(JsonNode value) {
        return new SubjectVersion(
                value.required("subject").asText(),
                value.required("version").asInt(),
                value.required("id").asInt(),
                value.required("schema").asText(),
                value.path("deleted").asBoolean());
    }
}
