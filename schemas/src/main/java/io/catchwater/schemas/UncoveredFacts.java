package io.catchwater.schemas;

import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.event.UncoveredKind;
import java.nio.ByteBuffer;

/** Makes {@link Uncovered} facts. */
public final class UncoveredFacts {

    private static final int NO_PROCESS = 0;

    private UncoveredFacts() {}

    /** About a file, whoever it was. */
    public static Uncovered ofFile(UncoveredKind kind, byte[] path) {
        return of(kind, path, NO_PROCESS, "", "");
    }

    /** About a file, whoever it was. */
    public static Uncovered ofFile(UncoveredKind kind, byte[] path, String reason) {
        return of(kind, path, NO_PROCESS, "", reason);
    }

    /** About what a process has done to a file; the reason says why it is not captured, where that is known. */
    public static Uncovered ofFile(UncoveredKind kind, byte[] path, int pid, String program, String reason) {
        return of(kind, path, pid, program, reason);
    }

    /** About a process. */
    public static Uncovered ofProcess(UncoveredKind kind, int pid, String program) {
        return of(kind, new byte[0], pid, program, "");
    }

    /** About the source as a whole. */
    public static Uncovered ofSource(UncoveredKind kind, String reason) {
        return of(kind, new byte[0], NO_PROCESS, "", reason);
    }

    private static Uncovered of(UncoveredKind kind, byte[] path, int pid, String program, String reason) {
        return new Uncovered(ByteBuffer.wrap(path), pid, reason, kind, program, 0);
    }
}
