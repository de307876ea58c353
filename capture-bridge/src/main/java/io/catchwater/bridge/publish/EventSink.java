package io.catchwater.bridge.publish;

import io.catchwater.schemas.event.Event;

/** Where events go. Drain thread only. Within a partition they arrive in the order in which they are sent, once. */
public interface EventSink {

    /**
     * Sends an event. Does not wait for its arrival.
     *
     * @param partition of the events topic
     * @param key of the record
     * @param done told of its arrival, by any thread
     * @return bytes that are in memory until then
     */
    int send(int partition, String key, Event event, Arrival done);

    /** Told once what became of a record. */
    interface Arrival {

        /**
         * It is acknowledged, or lost.
         *
         * @param kafkaOffset of the record; -1 when it failed
         * @param failure null when it is acknowledged; else it will never arrive
         */
        void arrived(long kafkaOffset, Throwable failure);
    }
}
