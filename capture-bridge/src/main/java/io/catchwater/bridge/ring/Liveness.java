package io.catchwater.bridge.ring;

/** Tells whether the thread that owns a slot can still go on with what it began. */
public interface Liveness {

    /**
     * Whether a thread lives.
     *
     * @param pid process
     * @param tid thread of it
     * @param startTime of the process, clock ticks since boot; 0 when not yet known
     */
    boolean isAlive(int pid, int tid, long startTime);
}
