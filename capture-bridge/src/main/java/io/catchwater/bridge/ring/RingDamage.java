package io.catchwater.bridge.ring;

/** The ring holds what no hook writes. Capture can't go on with it: nothing behind the damage can be trusted. */
public final class RingDamage extends RuntimeException {

    /** @param message what was found and where, one line for a reader */
    public RingDamage(String message) {
        super(message);
    }
}
