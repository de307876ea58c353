package io.catchwater.pipeline.conformance;

import io.catchwater.schemas.ring.RingLayout;
import java.util.OptionalInt;

/** Kinds of entries by their names in ring.def. */
final class Kinds {

    private static final String NONE = "-";

    private Kinds() {}

    /** @throws IllegalArgumentException when there is no such kind */
    static OptionalInt number(String name) {
        if (name.equals(NONE)) {
            return OptionalInt.empty();
        }
        try {
            return OptionalInt.of(RingLayout.class.getField("KIND_" + name).getInt(null));
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("no kind " + name, e);
        }
    }
}
