package io.catchwater.sink.replica;

import io.catchwater.schemas.event.Uncovered;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What of the source's attributes could not be set here, for lack of permission or because the file system has no room
 * for it. No reason to stop: it is named. For one thread.
 */
final class Unkept {

    private final List<Uncovered> found = new ArrayList<>();

    /** @param refused such as "user.a: Operation not permitted" */
    void add(byte[] path, List<String> refused) {
        for (String each : refused) {
            found.add(new Uncovered(ByteBuffer.wrap(path), 0, reason(each)));
        }
    }

    static String reason(String refused) {
        return "extended attribute " + refused;
    }

    /** What was found since the last time. */
    List<Uncovered> take() {
        List<Uncovered> taken = List.copyOf(found);
        found.clear();
        return taken;
    }
}
