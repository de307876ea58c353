package io.catchwater.stream;

import io.catchwater.schemas.Serialization;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.event.Event;
import io.catchwater.schemas.operation.Operation;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** The wiring: events → order → ordered, partition by partition. */
final class OrderTopology {

    private static final String EVENTS = "events";
    private static final String ORDER = "order";
    private static final String ORDERED = "ordered";

    private OrderTopology() {}

    /**
     * @param source whose topics are read and written
     * @param serialization of both, and of listings kept in the state
     * @param windowRule as in {@link StreamSettings}
     * @param page as {@link EventProcessor#PAGE}
     */
    static Topology build(String source, Serialization serialization, boolean windowRule, int page) {
        Serde<Event> events = serialization.serde(Event.class);
        Topology topology = new Topology();
        topology.addSource(EVENTS, new StringDeserializer(), events.deserializer(), Topics.events(source));
        topology.addProcessor(ORDER, () -> new EventProcessor(windowRule, page), EVENTS);
        topology.addStateStore(
                store(EventProcessor.PARTITION_STORE, Serdes.String(), StateSerdes.partitionProgress())
                        .withCachingEnabled(),
                ORDER);
        topology.addStateStore(
                store(EventProcessor.FILES_STORE, Serdes.String(), StateSerdes.fileProgress())
                        .withCachingEnabled(),
                ORDER);
        topology.addStateStore(store(EventProcessor.CHANGES_STORE, Serdes.String(), Serdes.Long()), ORDER);
        topology.addStateStore(store(EventProcessor.LISTING_STORE, Serdes.Long(), events), ORDER);
        topology.addStateStore(store(EventProcessor.DEFERRED_STORE, Serdes.Long(), events), ORDER);
        topology.addSink(
                ORDERED,
                Topics.ordered(source),
                new StringSerializer(),
                RoutedOperation.serializer(serialization.<Operation>serializer()),
                (StreamPartitioner<String, RoutedOperation>)
                        (topic, key, routed, partitions) -> Optional.of(Set.of(routed.partition())),
                ORDER);
        return topology;
    }

    /** In memory, with a changelog topic: what is kept of a partition is small. */
    private static <K, V> StoreBuilder<KeyValueStore<K, V>> store(String name, Serde<K> keys, Serde<V> values) {
        return Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), keys, values);
    }
}
