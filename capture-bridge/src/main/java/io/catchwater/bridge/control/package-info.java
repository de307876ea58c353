/** What comes to the bridge from Kafka rather than from the ring: commands, and which ring of the source this one is. */
package io.catchwater.bridge.control;
