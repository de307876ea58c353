/** What a sink remembers from one run to the next. */
package io.catchwater.sink.checkpoint;
