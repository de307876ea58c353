/** Several partitions, each in order, become one total order. */
package io.catchwater.sink.merge;
