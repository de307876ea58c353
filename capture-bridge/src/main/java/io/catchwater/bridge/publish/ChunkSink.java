package io.catchwater.bridge.publish;

import io.catchwater.schemas.event.Chunk;

/** Where the bytes of copies go. */
public interface ChunkSink {

    /**
     * Sends a chunk. Its content may be overwritten when this returns.
     *
     * @param partition of the chunks topic
     * @param key of the record
     * @param done told of its arrival and its Kafka offset, by any thread
     */
    void send(int partition, String key, Chunk chunk, EventSink.Arrival done);
}
