package io.catchwater.bridge.source;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Tells a process with the hook in it: it has the ring mapped. Any thread. */
final class RingMapping {

    private final Path proc;
    private final Pattern ring;

    /** @param segment id of the shared memory that the ring is */
    RingMapping(Path proc, int segment) {
        this.proc = proc;
        // A segment's inode is its id.
        this.ring = Pattern.compile("\\S+ rw-s \\S+ \\S+ " + segment + " +/SYSV.*");
    }

    /** @param maps of a process, as proc(5) has them */
    boolean isIn(List<String> maps) {
        return maps.stream().anyMatch(line -> ring.matcher(line).matches());
    }

    /** False also for a process that has ended, or belongs to somebody else. */
    boolean isIn(int pid) {
        try {
            return isIn(Files.readAllLines(proc.resolve(pid + "/maps"), ISO_8859_1));
        } catch (IOException e) {
            return false;
        }
    }
}
