/**
 * The watched directories: where a path of this host lies in the source's tree, and the files themselves, by descriptor.
 */
package io.catchwater.bridge.source;
