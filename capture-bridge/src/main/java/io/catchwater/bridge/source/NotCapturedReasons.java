package io.catchwater.bridge.source;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.catchwater.bridge.ring.Credentials;
import io.catchwater.bridge.ring.RingAccess;
import io.catchwater.files.Descriptor;
import io.catchwater.files.Errno;
import io.catchwater.files.LinuxException;
import io.catchwater.files.OpenFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds out why a living process has no ring. Any thread. */
public final class NotCapturedReasons {

    /** In proc(5), of what follows the command's name in parentheses. */
    private static final int START_TIME_FIELD = 19;

    /** USER_HZ, in which the kernel tells times to programs, on every architecture that Catchwater knows. */
    private static final int TICKS_PER_SECOND = 100;

    private final Path proc;
    private final RingAccess access;
    private final long ringMadeTicks;

    /**
     * To be made when the ring has been.
     *
     * @param proc the mounted proc file system
     * @param access that the ring gives
     */
    public NotCapturedReasons(Path proc, RingAccess access) throws IOException {
        this.proc = proc;
        this.access = access;
        String uptime = Files.readString(proc.resolve("uptime"), ISO_8859_1);
        this.ringMadeTicks = (long) (Double.parseDouble(uptime.split(" ", -1)[0]) * TICKS_PER_SECOND);
    }

    /** The reason that has to be seen to first; {@link NotCaptured#UNKNOWN} for a process that has ended. */
    public NotCaptured of(int pid) {
        Path process = proc.resolve(Integer.toString(pid));
        try {
            if (isStatic(process)) {
                return new NotCaptured.LinkedStatically();
            }
            Credentials credentials = Credentials.of(process);
            if (!access.admits(credentials)) {
                return new NotCaptured.MayNotWrite(credentials.uid(), access);
            }
            return startTicks(process) < ringMadeTicks
                    ? new NotCaptured.StartedBefore()
                    : new NotCaptured.WithoutHook();
        } catch (IOException | NumberFormatException e) {
            return NotCaptured.UNKNOWN;
        }
    }

    private static boolean isStatic(Path process) throws IOException {
        try (Descriptor file = Descriptor.open(process.resolve("exe"), OpenFlags.READ | OpenFlags.NON_BLOCKING, 0)) {
            return new ElfHeader().isStatic(file);
        } catch (LinuxException e) {
            if (e.errno() == Errno.EACCES || e.errno() == Errno.EPERM) {
                // Another user's, and this process is not root: the rest can be seen all the same.
                return false;
            }
            throw e;
        }
    }

    private static long startTicks(Path process) throws IOException {
        String stat = Files.readString(process.resolve("stat"), ISO_8859_1);
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).trim().split(" ", -1);
        if (fields.length <= START_TIME_FIELD) {
            throw new IOException(process + "/stat is not as proc(5) has it");
        }
        return Long.parseUnsignedLong(fields[START_TIME_FIELD]);
    }
}
