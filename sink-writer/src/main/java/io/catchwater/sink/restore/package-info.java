/** Rebuilds a directory as it was at a moment, from Kafka and the registry alone. */
package io.catchwater.sink.restore;
