package io.catchwater.bridge.ring;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What /proc says. A process id alone may be another process's by now: its start time tells (proc(5), field 22). */
public final class ProcLiveness implements Liveness {

    private static final int STATE_FIELD = 0;
    private static final int START_TIME_FIELD = 19;

    private final Path proc;

    /** @param proc the mounted proc file system, in the captured programs' process namespace */
    public ProcLiveness(Path proc) {
        this.proc = proc;
    }

    @Override
    public boolean isAlive(int pid, int tid, long startTime) {
        Path process = proc.resolve(Integer.toUnsignedString(pid));
        String[] thread = fields(
                process.resolve("task").resolve(Integer.toUnsignedString(tid)).resolve("stat"));
        if (thread.length == 0 || thread[STATE_FIELD].equals("Z") || thread[STATE_FIELD].equals("X")) {
            return false;
        }
        if (startTime == 0) {
            return true;
        }
        String[] leader = fields(process.resolve("stat"));
        return leader.length > START_TIME_FIELD && leader[START_TIME_FIELD].equals(Long.toUnsignedString(startTime));
    }

    /** The fields from the third on: the second, the command's name, may hold anything. Empty when there is none. */
    private static String[] fields(Path stat) {
        try {
            String line = Files.readString(stat, StandardCharsets.ISO_8859_1);
            int end = line.lastIndexOf(')');
            return end < 0 ? new String[0] : line.substring(end + 2).trim().split(" ", -1);
        } catch (NoSuchFileException e) {
            return new String[0];
        } catch (IOException e) {
            // ESRCH: the process ended while it was read.
            return new String[0];
        }
    }
}
