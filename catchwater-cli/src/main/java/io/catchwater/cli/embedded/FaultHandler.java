package io.catchwater.cli.embedded;

/** Told when the embedded broker is beyond repair while the process goes on. */
@FunctionalInterface
public interface FaultHandler {
    /**
     * The broker serves nobody any more; what it acknowledged is on disk and will be there after a restart. Called at most
     * once, on a daemon thread of its own, which may close the broker or end the process.
     *
     * @param message one line from Kafka
     */
    void brokerFailed(String message);
}
