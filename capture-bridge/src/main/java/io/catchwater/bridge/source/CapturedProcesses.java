package io.catchwater.bridge.source;

import io.catchwater.bridge.ring.Liveness;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The processes whose changes have been drained of late: a number that another process has by now is forgotten after two
 * {@linkplain #turn turns}. Bounded by the entries that are drained between them.
 */
public final class CapturedProcesses {

    private final CapturedPrograms programs = new CapturedPrograms();
    private volatile Set<Integer> recent = ConcurrentHashMap.newKeySet();
    private volatile Set<Integer> before = Set.of();
    private Set<Integer> lastSet;
    private int lastPid;

    /**
     * Takes note of the owners of slots that are found dead: what they were about to record they will not. Drain thread
     * only.
     */
    public Liveness among(Liveness owners) {
        return (pid, tid, startTime) -> {
            boolean alive = owners.isAlive(pid, tid, startTime);
            if (!alive) {
                drained(pid);
            }
            return alive;
        };
    }

    /** Those that have begun and not ended. */
    public CapturedPrograms programs() {
        return programs;
    }

    /** An entry names a process. Drain thread only. */
    public void drained(int pid) {
        Set<Integer> set = recent;
        if (pid != lastPid || set != lastSet) {
            lastPid = pid;
            lastSet = set;
            set.add(pid);
        }
    }

    /** What was drained before the last turn is forgotten. One thread. */
    void turn() {
        before = recent;
        recent = ConcurrentHashMap.newKeySet();
    }

    /** True when something of the process was drained since the last turn but one. Any thread. */
    boolean contains(int pid) {
        return recent.contains(pid) || before.contains(pid);
    }
}
