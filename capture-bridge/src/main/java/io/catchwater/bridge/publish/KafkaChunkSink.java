package io.catchwater.bridge.publish;

import io.catchwater.schemas.Topics;
import io.catchwater.schemas.event.Chunk;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;

/** The chunks topic. Any thread. Closing the producer is up to who made it. */
public final class KafkaChunkSink implements ChunkSink {

    private final Producer<String, byte[]> producer;
    private final ThreadLocal<Serializer<Chunk>> serializers;
    private final String topic;

    /** @param serializers makes one for each thread that sends */
    public KafkaChunkSink(Producer<String, byte[]> producer, Supplier<Serializer<Chunk>> serializers, String source) {
        this.producer = producer;
        this.serializers = ThreadLocal.withInitial(serializers);
        this.topic = Topics.chunks(source);
    }

    @Override
    public void send(int partition, String key, Chunk chunk, EventSink.Arrival done) {
        byte[] value = serializers.get().serialize(topic, chunk);
        Callback arrived = (metadata, failure) -> done.arrived(failure == null ? metadata.offset() : -1, failure);
        Future<?> unused = producer.send(new ProducerRecord<>(topic, partition, key, value), arrived);
    }
}
