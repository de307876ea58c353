package io.catchwater.pipeline.oracle;

/** One object as it was found: a shared file, a shared name. */
interface Judged {

    /**
     * Requires the operations whose effect is seen.
     *
     * @throws Contradiction when they cannot be in
     */
    void requireSeen(Prefix prefix) throws Contradiction;

    /**
     * Looks for an order of the operations that are in, of which the last leave this object as it was found.
     *
     * @throws Contradiction when there is none. If so then there is none for any larger prefix either, unless it has
     *     {@link #mayChangeWith}
     */
    void check(Prefix prefix) throws Contradiction;

    /** The operation without which no larger prefix can be better; null when none can. */
    Op mayChangeWith(Prefix prefix);
}
