package io.catchwater.cli.embedded.registry;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which path means which operation; the answer is what Jackson turns into the protocol's JSON. */
final class RegistryRoutes {
    private static final Map<String, String> READ_WRITE = Map.of("mode", "READWRITE");

    private final Registry registry;

    RegistryRoutes(Registry registry) {
        this.registry = registry;
    }

    /** @throws RegistryException for every answer that is not 200 */
    Object answer(RegistryRequest request) {
        if (request.path().isEmpty()) {
            return Map.of();
        }
        return switch (request.segment(0)) {
            case "subjects" -> subjects(request);
            case "schemas" -> schemas(request);
            case "compatibility" -> compatibility(request);
            case "config" -> config(request);
            case "mode" -> mode(request);
            default -> throw RegistryException.noSuchPath();
        };
    }

    private Object subjects(RegistryRequest request) {
        if (request.is("GET", 1)) {
            return registry.subjects();
        }
        if (request.flag("permanent")) {
            throw RegistryException.unsupported("this registry keeps every schema, since retained records need it");
        }
        if (request.is("POST", 2)) {
            return described(registry.lookup(request.segment(1), request.schema()));
        }
        if (request.is("DELETE", 2)) {
            return registry.deleteSubject(request.segment(1));
        }
        if (request.has(2, "versions")) {
            return versions(request);
        }
        throw RegistryException.noSuchPath();
    }

    private Object versions(RegistryRequest request) {
        String subject = request.segment(1);
        if (request.is("GET", 3)) {
            return registry.versions(subject).stream()
                    .map(SubjectVersion::version)
                    .toList();
        }
        if (request.is("POST", 3)) {
            return Map.of("id", registry.register(subject, request.schema()).id());
        }
        if (request.is("GET", 4)) {
            return described(registry.version(subject, request.segment(3)));
        }
        if (request.is("DELETE", 4)) {
            return registry.deleteVersion(subject, request.segment(3));
        }
        throw RegistryException.noSuchPath();
    }

    private Object schemas(RegistryRequest request) {
        if (request.is("GET", 2) && request.has(1, "types")) {
            return List.of("AVRO");
        }
        if (!request.method().equals("GET")
                || !request.has(1, "ids")
                || request.path().size() < 3) {
            throw RegistryException.noSuchPath();
        }
        int id = parseId(request.segment(2));
        if (request.path().size() == 3) {
            return Map.of("schema", registry.schema(id));
        }
        List<SubjectVersion> uses = registry.versionsOf(id);
        if (request.is("GET", 4) && request.has(3, "subjects")) {
            return uses.stream().map(SubjectVersion::subject).distinct().toList();
        }
        if (request.is("GET", 4) && request.has(3, "versions")) {
            return uses.stream()
                    .map(use -> Map.of("subject", use.subject(), "version", use.version()))
                    .toList();
        }
        throw RegistryException.noSuchPath();
    }

    private Object compatibility(RegistryRequest request) {
        boolean known = request.has(1, "subjects") && request.has(3, "versions");
        if (!known || !(request.is("POST", 4) || request.is("POST", 5))) {
            throw RegistryException.noSuchPath();
        }
        Optional<String> version = request.path().size() == 5 ? Optional.of(request.segment(4)) : Optional.empty();
        Optional<String> difference = registry.difference(request.segment(2), version, request.schema());
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("is_compatible", difference.isEmpty());
        if (request.flag("verbose")) {
            answer.put("messages", difference.map(List::of).orElse(List.of()));
        }
        return answer;
    }

    private Object config(RegistryRequest request) {
        if (request.is("GET", 1)) {
            return level(registry.globalLevel());
        }
        if (request.is("GET", 2)) {
            return level(registry.level(request.segment(1), request.flag("defaultToGlobal")));
        }
        if (request.is("PUT", 1) || request.is("PUT", 2)) {
            CompatibilityLevel level = CompatibilityLevel.parse(request.text("compatibility"));
            registry.setLevel(request.path().stream().skip(1).findFirst(), level);
            return Map.of("compatibility", level.name());
        }
        if (request.is("DELETE", 2)) {
            return level(registry.clearLevel(request.segment(1)));
        }
        throw RegistryException.noSuchPath();
    }

    private static Object mode(RegistryRequest request) {
        if (request.is("GET", 1) || request.is("GET", 2)) {
            return READ_WRITE;
        }
        throw RegistryException.unsupported("this registry is always READWRITE");
    }

    private static Map<String, String> level(CompatibilityLevel level) {
        return Map.of("compatibilityLevel", level.name());
    }

    private static Map<String, Object> described(SubjectVersion version) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("subject", version.subject());
        answer.put("version", version.version());
        answer.put("id", version.id());
        answer.put("schema", version.schema());
        return answer;
    }

    private static int parseId(String id) {
        try {
            return Integer.parseInt(id);
        } catch (NumberFormatException e) {
            throw RegistryException.noSuchPath();
        }
    }
}
