/** What people ask of the sink, what it answers, and the catalog of what there is. */
package io.catchwater.sink.control;
