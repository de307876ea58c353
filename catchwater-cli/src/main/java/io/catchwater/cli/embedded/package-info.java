/**
 * Kafka and a schema registry inside this process, for a host that has neither.
 *
 * <p>{@link io.catchwater.cli.embedded.EmbeddedPlatform} starts both on one data directory; {@link
 * io.catchwater.cli.embedded.Endpoint} is how other processes of the host find them.
 */
package io.catchwater.cli.embedded;
