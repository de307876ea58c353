/** Holds what the sink writes to a rate that may change meanwhile. */
package io.catchwater.sink.throttle;
