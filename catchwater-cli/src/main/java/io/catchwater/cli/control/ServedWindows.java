package io.catchwater.cli.control;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.control.BaseComplete;
import io.catchwater.schemas.operation.Operation;
import io.catchwater.sink.SinkException;
import io.catchwater.sink.control.RestorableWindows;
import io.catchwater.sink.control.RestorableWindows.Window;
import io.catchwater.sink.intake.KafkaAccess;
import io.catchwater.sink.intake.KnownEnd;
import io.catchwater.sink.intake.RecordReader;
import io.catchwater.sink.intake.StreamEnds;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.errors.InterruptException;

/**
 * A source's restorable windows, and whether the last one still grows.
 *
 * @param served true when a bridge serves the source: nothing is missing until now
 */
public record ServedWindows(RestorableWindows windows, boolean served) {

    /** A bridge that is there sends watermarks much more often. */
    private static final long LISTENING_MS = 2_000;

    private static final long LOOK_INTERVAL_MS = 100;

    /** Looks for as long as it takes to hear a bridge, two seconds at most, where a window has not ended. */
    public static ServedWindows read(Deployment deployment, Catalog catalog, String source) {
        List<BaseComplete> bases = catalog.bases(source);
        if (bases.stream().noneMatch(base -> base.getToLsn() == 0)) {
            return new ServedWindows(catalog.windows(source, KnownEnd.Point.NONE), false);
        }
        boolean served = hears(deployment, source);
        return new ServedWindows(catalog.windows(source, end(deployment, source)), served);
    }

    private static boolean hears(Deployment deployment, String source) {
        try (StagePulse pulse = StagePulse.open(deployment)) {
            long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LISTENING_MS);
            pulse.refresh(List.of(source));
            while (System.nanoTime() < deadlineNs) {
                Thread.sleep(LOOK_INTERVAL_MS);
                pulse.refresh(List.of(source));
                if (pulse.grew(Topics.events(source))) {
                    return true;
                }
            }
            return false;
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private static KnownEnd.Point end(Deployment deployment, String source) {
        KafkaAccess kafka =
                new KafkaAccess(deployment.bootstrapServers(), deployment.registryUrl(), deployment.clientProperties());
        RecordReader<Operation> reader =
                new RecordReader<>(kafka.serialization().deserializer(Operation.class));
        try (Consumer<byte[], byte[]> consumer = kafka.consumer()) {
            StreamEnds ends = StreamEnds.read(consumer, reader, source);
            return new KnownEnd.Point(ends.completeLsn(), ends.timeNs());
        } catch (SinkException e) {
            if (e.reason() == SinkException.Reason.NO_SUCH_SOURCE) {
                // In the catalog still, but its topics are gone.
                return KnownEnd.Point.NONE;
            }
            throw SinkFailures.explain(e);
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitStatus.FAILED, "cannot read the stream of " + source + ": " + e.getMessage(), e);
        }
    }

    /** True for a window in which every moment until now can be restored. */
    public boolean reachesNow(Window window) {
        return served && window.goingOn();
    }
}
