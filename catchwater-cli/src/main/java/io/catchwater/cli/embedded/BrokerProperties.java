package io.catchwater.cli.embedded;

import java.nio.file.Path;
import java.util.Properties;

/**
 * Kafka's settings for one broker that is also its own controller, serves this host only and shares a small machine.
 *
 * <p>What is bounded here, with the heap, bounds the broker's memory: requests in flight (64 of at most 16 MiB, in
 * practice bounded by the few clients of a host), the cleaner's buffer, mapped indexes of 1 MiB for each segment.
 */
final class BrokerProperties {
    static final int NODE_ID = 1;

    /** Largest record batch a topic takes: one captured change with its payload, or one chunk, fits. */
    static final int MESSAGE_MAX_BYTES = 4 << 20;

    private static final int SEGMENT_BYTES = 64 << 20;
    private static final int INDEX_BYTES = 1 << 20;
    private static final int REQUEST_MAX_BYTES = 16 << 20;
    private static final String INTERNAL_PARTITIONS = "4";
    private static final String ONE_REPLICA = "1";

    private BrokerProperties() {}

    static Properties of(Path directory, Ports ports, FlushPolicy flush, BrokerSecurity security) {
        Properties broker = new Properties();
        addNode(broker, directory, ports);
        addInternalTopics(broker);
        addMemoryBounds(broker);
        addTimings(broker);
        flush.addTo(broker);
        security.addTo(broker);
        return broker;
    }

    private static void addNode(Properties broker, Path directory, Ports ports) {
        String client = BrokerSecurity.CLIENT_LISTENER + "://" + ports.bootstrapServers();
        String controller = "127.0.0.1:" + ports.controller();
        broker.setProperty("process.roles", "broker,controller");
        broker.setProperty("node.id", Integer.toString(NODE_ID));
        broker.setProperty("listeners", client + "," + BrokerSecurity.CONTROLLER_LISTENER + "://" + controller);
        broker.setProperty("advertised.listeners", client);
        broker.setProperty("controller.listener.names", BrokerSecurity.CONTROLLER_LISTENER);
        broker.setProperty("inter.broker.listener.name", BrokerSecurity.CLIENT_LISTENER);
        broker.setProperty("controller.quorum.voters", NODE_ID + "@" + controller);
        broker.setProperty("log.dirs", directory.toString());
        broker.setProperty("auto.create.topics.enable", "false");
    }

    private static void addInternalTopics(Properties broker) {
        broker.setProperty("offsets.topic.num.partitions", INTERNAL_PARTITIONS);
        broker.setProperty("offsets.topic.replication.factor", ONE_REPLICA);
        broker.setProperty("transaction.state.log.num.partitions", INTERNAL_PARTITIONS);
        broker.setProperty("transaction.state.log.replication.factor", ONE_REPLICA);
        broker.setProperty("transaction.state.log.min.isr", ONE_REPLICA);
        broker.setProperty("share.coordinator.state.topic.num.partitions", INTERNAL_PARTITIONS);
        broker.setProperty("share.coordinator.state.topic.replication.factor", ONE_REPLICA);
        broker.setProperty("share.coordinator.state.topic.min.isr", ONE_REPLICA);
    }

    private static void addMemoryBounds(Properties broker) {
        broker.setProperty("num.network.threads", "2");
        broker.setProperty("num.io.threads", "4");
        broker.setProperty("background.threads", "2");
        broker.setProperty("num.recovery.threads.per.data.dir", "2");
        broker.setProperty("queued.max.requests", "64");
        broker.setProperty("socket.request.max.bytes", Integer.toString(REQUEST_MAX_BYTES));
        broker.setProperty("message.max.bytes", Integer.toString(MESSAGE_MAX_BYTES));
        broker.setProperty("replica.fetch.max.bytes", Integer.toString(MESSAGE_MAX_BYTES));
        broker.setProperty("log.segment.bytes", Integer.toString(SEGMENT_BYTES));
        broker.setProperty("log.index.size.max.bytes", Integer.toString(INDEX_BYTES));
        broker.setProperty("log.cleaner.dedupe.buffer.size", Integer.toString(8 << 20));
        broker.setProperty("log.cleaner.io.buffer.size", Integer.toString(256 << 10));
    }

    private static void addTimings(Properties broker) {
        // A leftover registration of a killed broker fences the next one for this long.
        broker.setProperty("broker.session.timeout.ms", "3000");
        broker.setProperty("broker.heartbeat.interval.ms", "500");
        broker.setProperty("controlled.shutdown.enable", "true");
        broker.setProperty("group.initial.rebalance.delay.ms", "0");
        // An abandoned transaction holds up every read_committed reader until it is aborted.
        broker.setProperty("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
        // Kafka's 30 s would also delay the first flush, and so widen the loss window.
        broker.setProperty("log.initial.task.delay.ms", "250");
    }
}
