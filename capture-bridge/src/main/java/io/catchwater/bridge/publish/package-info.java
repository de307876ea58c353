/**
 * What leaves the bridge: records of a source's topics, in the order in which they are given, and what is known of their
 * arrival.
 */
package io.catchwater.bridge.publish;
