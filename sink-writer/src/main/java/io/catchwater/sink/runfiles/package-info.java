/** Run files: what tells of a running server, and must not come into a copy of its files. */
package io.catchwater.sink.runfiles;
