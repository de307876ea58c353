/** Copies the replica at a cut into a directory of its own, and seals it. */
package io.catchwater.sink.snapshot;
