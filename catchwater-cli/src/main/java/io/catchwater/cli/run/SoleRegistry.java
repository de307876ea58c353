package io.catchwater.cli.run;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.control.Deployment;
import io.catchwater.cli.control.KafkaFailures;
import io.catchwater.cli.embedded.registry.EmbeddedRegistry;
import io.catchwater.cli.http.PageAddress;
import io.catchwater.cli.progress.Console;
import java.io.IOException;
import java.net.BindException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.KafkaException;

/** The schema registry in a process of its own, on a cluster. Used by one thread. */
public final class SoleRegistry {

    private final Deployment cluster;
    private final PageAddress address;
    private final Console console;

    /** @param cluster that keeps the schemas */
    public SoleRegistry(Deployment cluster, PageAddress address, Console console) {
        this.cluster = cluster;
        this.address = address;
        this.console = console;
    }

    /**
     * Serves until a signal asks for the end.
     *
     * @return what the process ends with
     * @throws CommandFailure when the address cannot be used, or the cluster does not answer
     */
    @SuppressWarnings("try") // the signals are received, and the registry serves, as long as the resources are open
    public int serve() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        try (TerminationSignals signals = new TerminationSignals(signal -> end.countDown());
                EmbeddedRegistry registry = EmbeddedRegistry.start(
                        cluster.bootstrapServers(), cluster.clientProperties(), address.resolve(), Optional.empty())) {
            console.out().println("catchwater: schema registry at " + address.host() + ":" + address.port());
            console.out().flush();
            end.await();
            return ExitStatus.DONE.code();
        } catch (BindException e) {
            throw new CommandFailure(
                    ExitStatus.BUSY,
                    "cannot listen at " + address.host() + ":" + address.port() + ": " + e.getMessage(),
                    e);
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.FAILED, "the schema registry does not start: " + e.getMessage(), e);
        } catch (KafkaException e) {
            throw KafkaFailures.explain(cluster, e);
        }
    }
}
