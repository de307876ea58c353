/** Reads a source's topics: operations into their total order, chunks where an operation says. */
package io.catchwater.sink.intake;
