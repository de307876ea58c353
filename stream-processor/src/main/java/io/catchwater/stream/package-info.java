/**
 * From Kafka to Kafka: puts captured changes in order against the progress of the base copy.
 *
 * <p>{@link io.catchwater.stream.OrderTopology} is the wiring. Records of the events topic are not trusted:
 *
 * <ul>
 *   <li>One that contradicts itself or what is known of its file (a reference whose window nobody opened, a range
 *       that ends before it starts, a gap between two windows of a copy) is not used, leaves the state as it is, and
 *       goes on as an {@code Uncovered} operation that says what and why. A backup that follows is not called good.
 *   <li>One that cannot be read, or breaks the order of LSNs so that a cut made before it may be wrong, stops the
 *       processor: nothing behind it could be trusted. {@code StreamSettings.onFault} is told.
 *   <li>What is known from before (a bridge sends again what was not acknowledged) is dropped.
 * </ul>
 */
package io.catchwater.stream;
