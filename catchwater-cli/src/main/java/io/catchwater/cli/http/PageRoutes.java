package io.catchwater.cli.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Which path means what. Any thread. */
final class PageRoutes {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Assets assets;
    private final PageReader reader;

    PageRoutes(Assets assets, PageReader reader) {
        this.assets = assets;
        this.reader = reader;
    }

    /** @param path of a GET */
    Answer answer(String path) {
        return switch (path) {
            case "/api/status" -> json(view().all());
            case "/api/sources" -> json(view().sources());
            case "/api/snapshots" -> json(view().snapshots());
            case "/api/windows" -> json(view().windows());
            default -> assets.find(path).orElseGet(() -> Answer.refused(Answer.NOT_FOUND, "nothing here: " + path));
        };
    }

    private PageJson view() {
        return new PageJson(reader.view(), System.currentTimeMillis());
    }

    private static Answer json(JsonNode node) {
        try {
            return Answer.json(JSON.writeValueAsString(node));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON nodes can always be written", e);
        }
    }
}
