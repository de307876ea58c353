package io.catchwater.files;

import com.sun.jna.Native;

/** Signals to the processes of a group, see kill(2). Any thread. */
public final class ProcessGroup {

    /** Asks a process to end. */
    public static final int SIGTERM = 15;

    /** Ends a process. */
    public static final int SIGKILL = 9;

    private static final int NONE = 0;

    private ProcessGroup() {}

    /**
     * Sends a signal to each.
     *
     * @param group its number: the id of the process that made it
     * @return false when there is none, or none that may be sent one
     */
    public static boolean signal(long group, int signal) {
        return Libc.kill(Math.toIntExact(-group), signal) == 0;
    }

    /** True while a process is in the group, be it one that has ended and that nobody has waited for. */
    public static boolean hasMembers(long group) {
        return signal(group, NONE) || Native.getLastError() == Errno.EPERM;
    }
}
