package io.catchwater.cli.embedded;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.utils.Exit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns Kafka's way of dying, which takes the whole process along, into a call.
 *
 * <p>Kafka halts its JVM when a log directory fails or its metadata is beyond repair. Here other stages live in that JVM
 * and have work to finish, so Kafka's exit procedures are replaced. The replacement is JVM-wide: one embedded broker for a
 * process.
 */
final class BrokerFaults {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerFaults.class);

    private BrokerFaults() {}

    /** From now on a fatal fault of Kafka calls {@code handler}, at most once, on a thread of its own. */
    static void reportTo(FaultHandler handler) {
        AtomicBoolean reported = new AtomicBoolean();
        Exit.Procedure procedure = (status, message) -> {
            String text = message == null ? "Kafka wanted to end the process with status " + status : message;
            if (reported.compareAndSet(false, true)) {
                LOG.error("The embedded broker failed: {}", text);
                Thread caller = new Thread(() -> handler.brokerFailed(text), "catchwater-broker-fault");
                caller.setDaemon(true);
                caller.start();
            }
            throw new BrokerStopped(text);
        };
        Exit.setExitProcedure(procedure);
        Exit.setHaltProcedure(procedure);
    }

    static void reset() {
        Exit.resetExitProcedure();
        Exit.resetHaltProcedure();
    }

    /** Ends the thread of Kafka's that wanted to end the process: the code after such a call expects not to run. */
    private static final class BrokerStopped extends Error {
        private static final long serialVersionUID = 1L;

        BrokerStopped(String message) {
            super(message);
        }
    }
}
