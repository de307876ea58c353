package io.catchwater.cli.embedded;

import java.util.Properties;

/**
 * When the broker forces acknowledged records to disk.
 *
 * <p>Either way a record that was acknowledged survives the death of the process, {@code kill -9} included, since it is
 * in the kernel's page cache by then. The difference is what a power cut or a kernel crash takes along.
 */
public enum FlushPolicy {
    /** A host crash loses at most the last {@value #INTERVAL_MS} ms and one scheduling interval of {@value #CHECK_MS} ms. */
    INTERVAL {
        @Override
        void addTo(Properties broker) {
            broker.setProperty("log.flush.interval.ms", Long.toString(INTERVAL_MS));
            broker.setProperty("log.flush.scheduler.interval.ms", Long.toString(CHECK_MS));
        }
    },
    /** Nothing acknowledged is lost; about a third less throughput, and each append waits for the disk. */
    EVERY_APPEND {
        @Override
        void addTo(Properties broker) {
            broker.setProperty("log.flush.interval.messages", "1");
        }
    };

    private static final long INTERVAL_MS = 1_000;
    private static final long CHECK_MS = 250;

    abstract void addTo(Properties broker);
}
