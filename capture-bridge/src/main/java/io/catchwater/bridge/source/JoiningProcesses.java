package io.catchwater.bridge.source;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.catchwater.files.Descriptor;
import io.catchwater.files.OpenFlags;
import io.catchwater.schemas.control.UncapturedReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntFunction;

/** Tells of a process without the ring whether it is about to join, and why it has not, by its environment and program. Any thread. */
final class JoiningProcesses {

    private static final String RING = "CATCHWATER_RING=";

    private final Path proc;
    private final String ring;
    private final IntFunction<NotCaptured> reasons;

    /**
     * @param ring its file
     * @param reasons why a process is not captured, whatever its environment says
     */
    JoiningProcesses(Path proc, Path ring, IntFunction<NotCaptured> reasons) {
        this.proc = proc;
        this.ring = RING + ring;
        this.reasons = reasons;
    }

    /** True for a process that was started to join this ring, and can: its hook is being loaded. */
    boolean isJoining(int pid) {
        return ring.equals(ringOf(pid)) && !isStatic(pid);
    }

    UncapturedReason reason(int pid) {
        String wanted = ringOf(pid);
        if (isStatic(pid)) {
            return UncapturedReason.STATIC;
        }
        if (reasons.apply(pid) instanceof NotCaptured.MayNotWrite) {
            return UncapturedReason.MAY_NOT_WRITE;
        }
        if (wanted == null) {
            return UncapturedReason.UNKNOWN;
        }
        if (wanted.isEmpty()) {
            return UncapturedReason.NOT_STARTED_UNDER_CAPTURE;
        }
        return wanted.equals(ring) ? UncapturedReason.UNKNOWN : UncapturedReason.EARLIER_CAPTURE;
    }

    /** Null when that cannot be seen; empty for a process that was not started under capture. */
    private String ringOf(int pid) {
        try {
            for (String variable :
                    Files.readString(proc.resolve(pid + "/environ"), ISO_8859_1).split("\0", -1)) {
                if (variable.startsWith(RING)) {
                    return variable;
                }
            }
            return "";
        } catch (IOException e) {
            return null;
        }
    }

    private boolean isStatic(int pid) {
        try (Descriptor program = Descriptor.open(proc.resolve(pid + "/exe"), OpenFlags.READ, 0)) {
            return new ElfHeader().isStatic(program);
        } catch (IOException e) {
            return false;
        }
    }

    /** Path of a process's executable; empty when that cannot be seen. */
    static String program(Path proc, int pid) {
        try {
            return Files.readSymbolicLink(proc.resolve(pid + "/exe")).toString();
        } catch (IOException e) {
            return "";
        }
    }
}
