package io.catchwater.bridge.copy;

import io.catchwater.schemas.event.FileId;

/** What is known of ways to change files that go through no captured call, and is told what an audit finds. Drain thread. */
public interface UnseenWays {

    /** Nothing is known, and nobody is told. */
    UnseenWays NONE = new UnseenWays() {
        @Override
        public boolean isMapped(FileId file) {
            return false;
        }

        @Override
        public void mapped(FileId file, int pid) {}

        @Override
        public void asynchronous(int pid, String program) {}
    };

    /** True when a file is stored to through memory: its change time says nothing. */
    boolean isMapped(FileId file);

    /** A process has a file mapped shared and writable, be it captured or not. */
    void mapped(FileId file, int pid);

    /** A captured process has io_uring or kernel AIO. */
    void asynchronous(int pid, String program);
}
