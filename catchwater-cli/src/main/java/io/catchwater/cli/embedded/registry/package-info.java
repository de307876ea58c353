/**
 * A schema registry that speaks the part of Confluent's REST protocol which Confluent's own client and serializers use.
 *
 * <p>The compacted topic {@code _schemas}, in Confluent's record format, is the only truth: {@link
 * io.catchwater.cli.embedded.registry.SchemasTopic} reads and appends it, {@link
 * io.catchwater.cli.embedded.registry.RegistryState} is what it says, {@link
 * io.catchwater.cli.embedded.registry.Registry} decides, {@link io.catchwater.cli.embedded.registry.RegistryRoutes} maps
 * paths, {@link io.catchwater.cli.embedded.registry.EmbeddedRegistry} serves HTTP.
 */
package io.catchwater.cli.embedded.registry;
