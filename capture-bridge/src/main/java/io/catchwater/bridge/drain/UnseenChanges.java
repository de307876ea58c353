package io.catchwater.bridge.drain;

import io.catchwater.bridge.copy.UnseenWays;
import io.catchwater.schemas.event.FileId;

/** What programs change through memory and by io_uring. Drain thread only. */
record UnseenChanges(MappedFiles mapped, IoUringFiles ioUring) implements UnseenWays {

    @Override
    public boolean isMapped(FileId file) {
        return mapped.holds(file);
    }

    @Override
    public void mapped(FileId file, int pid) {
        mapped.add(file, pid);
    }

    @Override
    public void asynchronous(int pid, String program) {
        ioUring.found(pid, program);
    }

    /** All of it is read again, in a copy that is open when this returns. */
    void heal() {
        mapped.heal();
        ioUring.heal();
    }
}
