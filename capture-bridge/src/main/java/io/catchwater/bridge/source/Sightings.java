package io.catchwater.bridge.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** When each suspicious process was first seen. Any thread. */
final class Sightings {

    /** Processes remembered; beyond that all are seen anew. */
    static final int LIMIT = 4096;

    private static final int START_TIME_FIELD = 19;

    private final Path proc;
    private final Map<Known, Sighting> first = new ConcurrentHashMap<>();

    /** @param start its start time: another process may have the number later */
    private record Known(int pid, String start) {}

    /**
     * A moment.
     *
     * @param nanoTime of {@link System#nanoTime}
     * @param timeNs wall clock, nanoseconds since 1970
     */
    record Sighting(long nanoTime, long timeNs) {}

    Sightings(Path proc) {
        this.proc = proc;
    }

    /** A process is seen now. Returns when it was first. */
    Sighting seen(int pid) {
        if (first.size() >= LIMIT) {
            first.clear();
        }
        Instant now = Instant.now();
        long timeNs = now.getEpochSecond() * 1_000_000_000L + now.getNano();
        return first.computeIfAbsent(key(pid), any -> new Sighting(System.nanoTime(), timeNs));
    }

    /** A process is above suspicion. */
    void forget(int pid) {
        first.remove(key(pid));
    }

    private Known key(int pid) {
        try {
            String stat = Files.readString(proc.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
            return new Known(pid, fields.length > START_TIME_FIELD ? fields[START_TIME_FIELD] : "");
        } catch (IOException e) {
            return new Known(pid, "");
        }
    }
}
