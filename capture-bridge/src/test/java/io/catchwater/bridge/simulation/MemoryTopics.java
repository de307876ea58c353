package io.catchwater.bridge.simulation;

import io.catchwater.bridge.publish.ChunkSink;
import io.catchwater.bridge.publish.EventSink;
import io.catchwater.schemas.event.Chunk;
import io.catchwater.schemas.event.Event;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Both topics in memory; what is sent arrives after a while, in order. */
final class MemoryTopics implements EventSink, ChunkSink, AutoCloseable {

    /** What an event is said to take: so much that the drain thread has to wait for arrivals now and then. */
    private static final int EVENT_BYTES = 512 << 10;

    private static final int MOST_DELAY_US = 800;

    private final List<List<Event>> events = new ArrayList<>();
    private final List<List<byte[]>> chunks = new ArrayList<>();
    private final ScheduledExecutorService broker = Executors.newSingleThreadScheduledExecutor();
    private final Random random;

    MemoryTopics(int partitions, long seed) {
        random = new Random(seed);
        for (int i = 0; i < partitions; i++) {
            events.add(new ArrayList<>());
            chunks.add(new ArrayList<>());
        }
    }

    @Override
    public synchronized int send(int partition, String key, Event event, Arrival done) {
        events.get(partition).add(event);
        arriveLater(done, events.get(partition).size() - 1);
        return EVENT_BYTES;
    }

    @Override
    public synchronized void send(int partition, String key, Chunk chunk, Arrival done) {
        byte[] content = new byte[chunk.getContent().remaining()];
        chunk.getContent().duplicate().get(content);
        chunks.get(partition).add(content);
        arriveLater(done, chunks.get(partition).size() - 1);
    }

    private void arriveLater(Arrival done, int offset) {
        ScheduledFuture<?> unused =
                broker.schedule(() -> done.arrived(offset, null), random.nextInt(MOST_DELAY_US), TimeUnit.MICROSECONDS);
    }

    synchronized List<List<Event>> events() {
        return events.stream().map(List::copyOf).toList();
    }

    synchronized byte[] chunk(int partition, long kafkaOffset) {
        return chunks.get(partition).get((int) kafkaOffset);
    }

    /** The bytes of all chunks. */
    synchronized List<ByteBuffer> chunkContents() {
        return chunks.stream().flatMap(List::stream).map(ByteBuffer::wrap).toList();
    }

    @Override
    public void close() {
        broker.shutdownNow();
    }
}
