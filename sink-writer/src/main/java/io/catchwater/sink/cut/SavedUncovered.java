package io.catchwater.sink.cut;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.event.UncoveredKind;
import java.nio.ByteBuffer;

/**
 * A fact as a file on disk keeps it: of a later version with a kind that is not known here, it is one of which only the
 * reason is.
 *
 * @param kind name of an {@link UncoveredKind}
 * @param path byte for byte as ISO 8859-1
 */
public record SavedUncovered(String kind, String path, int pid, String program, int files, String reason) {

    public static SavedUncovered of(Uncovered fact) {
        String path = ISO_8859_1.decode(fact.getPath().duplicate()).toString();
        return new SavedUncovered(
                fact.getKind().name(), path, fact.getPid(), fact.getProgram(), fact.getFiles(), fact.getReason());
    }

    /** The fact. */
    public Uncovered fact() {
        UncoveredKind known = UncoveredKind.OTHER;
        for (UncoveredKind each : UncoveredKind.values()) {
            known = each.name().equals(kind) ? each : known;
        }
        return new Uncovered(
                ByteBuffer.wrap(path == null ? new byte[0] : path.getBytes(ISO_8859_1)),
                pid,
                reason == null ? "" : reason,
                known,
                program == null ? "" : program,
                files);
    }
}
