package io.catchwater.cli.embedded.registry;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/**
 * A request, taken apart.
 *
 * @param method in capitals
 * @param path its segments, decoded
 * @param query first value of each parameter, decoded
 * @param body JSON; a missing node when there is none
 */
record RegistryRequest(String method, List<String> path, Map<String, String> query, JsonNode body) {
    boolean is(String wantedMethod, int segments) {
        return method.equals(wantedMethod) && path.size() == segments;
    }

    String segment(int index) {
        return path.get(index);
    }

    /** Whether a segment is there and has this text. */
    boolean has(int index, String text) {
        return path.size() > index && path.get(index).equals(text);
    }

    boolean flag(String name) {
        return Boolean.parseBoolean(query.get(name));
    }

    /** A text field of the body that must be there. */
    String text(String field) {
        JsonNode value = body.path(field);
        if (!value.isTextual()) {
            throw RegistryException.invalidRequest("the body has no text field \"" + field + "\"");
        }
        return value.asText();
    }

    /** The Avro schema in the body. */
    String schema() {
        String type = body.path("schemaType").asText("AVRO");
        if (!type.equals("AVRO") && !type.equals("null")) {
            throw RegistryException.unsupported("this registry keeps Avro schemas only, not " + type);
        }
        if (!body.path("references").isEmpty()) {
            throw RegistryException.unsupported("this registry keeps schemas without references only");
        }
        return text("schema");
    }
}
