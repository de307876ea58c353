package io.catchwater.cli.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The page's own files, read once from the jar. Any thread. */
final class Assets {

    private static final Map<String, String> TYPES = Map.of(
            "page.html", "text/html; charset=utf-8",
            "page.css", "text/css; charset=utf-8",
            "page.js", "text/javascript; charset=utf-8",
            "elements.js", "text/javascript; charset=utf-8",
            "quantities.js", "text/javascript; charset=utf-8",
            "timeline.js", "text/javascript; charset=utf-8",
            "icon.svg", "image/svg+xml");
    private static final String HOME = "/page.html";

    private final Map<String, Answer> answers = new HashMap<>();

    Assets() {
        TYPES.forEach((name, type) -> answers.put("/" + name, new Answer(Answer.OK, type, read(name))));
    }

    /** @param path of the request */
    Optional<Answer> find(String path) {
        return Optional.ofNullable(answers.get(path.equals("/") ? HOME : path));
    }

    private static String read(String name) {
        try (InputStream in = Assets.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("not in the jar: " + name);
            }
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
