package io.catchwater.stream;

import io.catchwater.schemas.Serialization;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.event.Event;
import io.catchwater.schemas.operation.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** One partition of the topology without a broker; the schema registry is Confluent's own for tests. */
final class Pipeline implements AutoCloseable {

    private static final String SOURCE = "app";
    private static final String REGISTRY = "mock://stream-processor";
    private static final List<String> STORES = List.of(
            EventProcessor.PARTITION_STORE,
            EventProcessor.FILES_STORE,
            EventProcessor.CHANGES_STORE,
            EventProcessor.LISTING_STORE,
            EventProcessor.DEFERRED_STORE);

    /** Small, so that trees of a few names are sent in several pages. */
    private static final int PAGE = 3;

    private final boolean windowRule;
    private TopologyTestDriver driver;
    private TestInputTopic<String, Event> events;
    private TestOutputTopic<String, Operation> ordered;

    Pipeline(boolean windowRule) {
        this.windowRule = windowRule;
        open();
    }

    private void open() {
        Properties configuration = new Properties();
        configuration.put("application.id", "stream-processor-test");
        configuration.put("bootstrap.servers", "none:1");
        configuration.put("state.dir", System.getProperty("java.io.tmpdir") + "/catchwater-stream-test");
        Serialization serialization = new Serialization(REGISTRY, Map.of());
        driver = new TopologyTestDriver(OrderTopology.build(SOURCE, serialization, windowRule, PAGE), configuration);
        events = driver.createInputTopic(
                Topics.events(SOURCE), new StringSerializer(), serialization.<Event>serializer());
        ordered = driver.createOutputTopic(
                Topics.ordered(SOURCE), new StringDeserializer(), serialization.deserializer(Operation.class));
    }

    /** Sends an event and waits until nothing is under way; what came of it. */
    List<Operation> send(Event event) {
        List<Operation> operations = new ArrayList<>(sendOnly(event));
        while (progress() != null && progress().isBehind()) {
            operations.addAll(catchUp());
        }
        return operations;
    }

    /** Sends an event; what came of it at once. */
    List<Operation> sendOnly(Event event) {
        events.pipeInput("key", event);
        return ordered.readValuesToList();
    }

    /** Time passes; what came of it. */
    List<Operation> catchUp() {
        driver.advanceWallClockTime(Duration.ofMillis(5));
        return ordered.readValuesToList();
    }

    List<Operation> send(long lsn, Object body) {
        return send(new Event(lsn, lsn, 1, body));
    }

    /** What is known of the partition. */
    PartitionProgress progress() {
        return driver.<String, PartitionProgress>getKeyValueStore(EventProcessor.PARTITION_STORE)
                .get("progress");
    }

    /** Sends what is no event. */
    void sendBytes(byte[] value) {
        driver.createInputTopic(Topics.events(SOURCE), new StringSerializer(), new ByteArraySerializer())
                .pipeInput("key", value);
    }

    <K, V> KeyValueStore<K, V> store(String name) {
        return driver.getKeyValueStore(name);
    }

    /** How many records a state store holds. */
    int stored(String store) {
        return contents(store).size();
    }

    /** Another instance, which knows what is in the state stores and nothing else. */
    void restart() {
        List<List<Object[]>> contents = STORES.stream().map(this::contents).toList();
        driver.close();
        open();
        for (int i = 0; i < STORES.size(); i++) {
            KeyValueStore<Object, Object> store = driver.getKeyValueStore(STORES.get(i));
            contents.get(i).forEach(entry -> store.put(entry[0], entry[1]));
        }
    }

    private List<Object[]> contents(String name) {
        List<Object[]> entries = new ArrayList<>();
        KeyValueStore<Object, Object> store = driver.getKeyValueStore(name);
        try (KeyValueIterator<Object, Object> all = store.all()) {
            all.forEachRemaining(entry -> entries.add(new Object[] {entry.key, entry.value}));
        }
        return entries;
    }

    @Override
    public void close() {
        driver.close();
    }
}
