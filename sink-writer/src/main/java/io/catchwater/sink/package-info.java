/**
 * Kafka to directory: merges the ordered stream, applies it to a replica, seals snapshots of it, and replays it.
 *
 * <p>The way of an operation: {@code intake} reads it, {@code merge} gives it its place in the total order,
 * {@code cut} notes what it opens or closes, {@code replica} applies it, {@code checkpoint} remembers how far. What
 * people ask for comes through {@code control}; {@code snapshot} and {@code seal} answer it; {@code restore} is the
 * same way from a base to a moment.
 */
package io.catchwater.sink;
