package io.catchwater.bridge.publish;

import io.catchwater.schemas.Topics;
import io.catchwater.schemas.event.Event;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;

/** The events topic. Closing the producer is up to who made it. */
public final class KafkaEventSink implements EventSink {

    private final Producer<String, byte[]> producer;
    private final Serializer<Event> serializer;
    private final String topic;

    /** @param serializer for this sink alone */
    public KafkaEventSink(Producer<String, byte[]> producer, Serializer<Event> serializer, String source) {
        this.producer = producer;
        this.serializer = serializer;
        this.topic = Topics.events(source);
    }

    @Override
    public int send(int partition, String key, Event event, Arrival done) {
        byte[] value = serializer.serialize(topic, event);
        Callback arrived = (metadata, failure) -> done.arrived(failure == null ? metadata.offset() : -1, failure);
        Future<?> unused = producer.send(new ProducerRecord<>(topic, partition, key, value), arrived);
        return value.length;
    }
}
