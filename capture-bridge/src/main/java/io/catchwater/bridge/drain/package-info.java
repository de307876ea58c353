/**
 * The one thread that reads the ring and owns the order of the events topic.
 *
 * <p>It never waits for anything but the next duty cycle: readers of the source, producers and the control side
 * report to it, and it moves on what they report.
 */
package io.catchwater.bridge.drain;
