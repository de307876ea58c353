package io.catchwater.sink;

/**
 * How fast a sink writes, and how fast there is more to write; over the last seconds.
 *
 * @param writtenPerSecond bytes, of changes and copies
 * @param changesPerSecond bytes of changes that arrive, as estimated from the records that do
 * @param throttle in force, bytes per second; -1 is none
 * @param converging false while more arrives than the throttle lets go
 */
public record Pace(long writtenPerSecond, long changesPerSecond, long throttle, boolean converging) {

    static final Pace NONE = new Pace(0, 0, -1, true);
}
