package io.catchwater.sink.replica;

import io.catchwater.schemas.UncoveredFacts;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.event.UncoveredKind;
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
            found.add(fact(path, each));
        }
    }

    static Uncovered fact(byte[] path, String refused) {
        return UncoveredFacts.ofFile(UncoveredKind.UNKEPT, path, "extended attribute " + refused);
    }

    /** What was found since the last time. */
    List<Uncovered> take() {
        List<Uncovered> taken = List.copyOf(found);
        found.clear();
        return taken;
    }
}
