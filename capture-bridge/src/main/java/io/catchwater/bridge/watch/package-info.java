/**
 * Watches whether all that changes the source is captured, and says so: who is, who is not, and between which LSNs something
 * may have been missed. A thread of its own.
 */
package io.catchwater.bridge.watch;
