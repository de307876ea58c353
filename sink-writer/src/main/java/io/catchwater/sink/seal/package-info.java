/** The manifest that makes a directory a backup, and the check of a directory against it. */
package io.catchwater.sink.seal;
