/** Every byte that crosses a boundary: Avro records, the ring's layout, topics and their serialization. */
package io.catchwater.schemas;
