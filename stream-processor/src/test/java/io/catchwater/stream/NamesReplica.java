package io.catchwater.stream;

import io.catchwater.schemas.event.FileAttributes;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.NameChanged;
import io.catchwater.schemas.event.Place;
import io.catchwater.schemas.operation.Operation;
import io.catchwater.schemas.operation.RemoveTree;
import io.catchwater.schemas.operation.TreeBegun;
import io.catchwater.schemas.operation.TreeEnded;
import io.catchwater.schemas.operation.TreeName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** What a sink would make of the operations about names: what each path names. */
final class NamesReplica {

    final Map<String, String> names = new TreeMap<>();

    static String text(FileId file, FileAttributes attributes) {
        return file.getInode() + " " + Integer.toOctalString(attributes.getMode());
    }

    void apply(Operation operation) {
        Object body = operation.getBody();
        if (body instanceof TreeBegun) {
            names.clear();
        } else if (body instanceof TreeName name) {
            String path = text(name.getPath());
            int slash = path.lastIndexOf('/');
            if (slash >= 0 && !names.containsKey(path.substring(0, slash))) {
                throw new AssertionError("before its parent: " + path);
            }
            names.put(path, text(name.getFile(), name.getAttributes()));
        } else if (body instanceof RemoveTree remove) {
            remove(text(remove.getPath()));
        } else if (body instanceof NameChanged change) {
            apply(change);
        } else if (!(body instanceof TreeEnded)) {
            throw new AssertionError("unexpected: " + body);
        }
    }

    private void apply(NameChanged change) {
        String path = path(change.getPlace());
        String newPath = path(change.getNewPlace());
        switch (change.getKind()) {
            case RENAME -> {
                Map<String, String> moved = new TreeMap<>(below(path));
                remove(path);
                remove(newPath);
                moved.forEach((old, what) -> names.put(newPath + old.substring(path.length()), what));
            }
            case UNLINK, RMDIR -> remove(path);
            default -> names.put(path, text(change.getFile(), change.getAttributes()));
        }
    }

    private void remove(String path) {
        below(path).keySet().forEach(names::remove);
    }

    private Map<String, String> below(String path) {
        Map<String, String> found = new TreeMap<>();
        names.forEach((name, what) -> {
            if (name.equals(path) || name.startsWith(path + "/")) {
                found.put(name, what);
            }
        });
        return found;
    }

    private static String path(Place place) {
        return place == null ? null : text(place.getPath());
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }
}
