/** From the ring to Kafka: drains captured changes in order and copies the files they rest on. */
package io.catchwater.bridge;
