package io.catchwater.bridge.source;

import io.catchwater.bridge.ring.RingAccess;

/** Why a process is not captured. */
public sealed interface NotCaptured {

    /** Nobody can tell: it has ended, for example. */
    NotCaptured UNKNOWN = new Unknown();

    /** For a reader, to follow a colon; empty when nobody can tell. */
    String text();

    /** Nobody can tell. */
    record Unknown() implements NotCaptured {
        @Override
        public String text() {
            return "";
        }
    }

    /** No hook can be loaded into it. */
    record LinkedStatically() implements NotCaptured {
        @Override
        public String text() {
            return "it is linked statically";
        }
    }

    /**
     * It may not use the ring.
     *
     * @param uid its user
     * @param access that the ring gives
     */
    record MayNotWrite(int uid, RingAccess access) implements NotCaptured {
        @Override
        public String text() {
            return "it runs as user " + uid + ", who may not write to the ring (" + access + ")";
        }
    }

    /** It was there before the ring. */
    record StartedBefore() implements NotCaptured {
        @Override
        public String text() {
            return "it was started before capture began";
        }
    }

    /** It could be: it was started without the hook, or has let go of the ring. */
    record WithoutHook() implements NotCaptured {
        @Override
        public String text() {
            return "it was started without the hook";
        }
    }
}
