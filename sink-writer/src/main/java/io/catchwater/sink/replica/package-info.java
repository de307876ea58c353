/**
 * Applies operations to a directory.
 *
 * <p>What is no directory lives under its file id in a store beside the tree ({@link
 * io.catchwater.sink.replica.FileStore}) and is hard-linked into the tree under each of its names ({@link
 * io.catchwater.sink.replica.Tree}); so content survives whatever names do, and names can be set again after a crash.
 */
package io.catchwater.sink.replica;
