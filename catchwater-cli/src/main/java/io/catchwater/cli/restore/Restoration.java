package io.catchwater.cli.restore;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.control.Deployment;
import io.catchwater.cli.control.SinkFailures;
import io.catchwater.sink.SinkException;
import io.catchwater.sink.intake.KafkaAccess;
import io.catchwater.sink.restore.Restore;
import io.catchwater.sink.restore.RestoreListener;
import io.catchwater.sink.restore.RestorePoint;
import io.catchwater.sink.restore.RestoreResult;
import io.catchwater.sink.restore.RestoreSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/** A restore from a deployment, with failures as the command line tells them. */
public final class Restoration {

    private final RestoreSettings settings;

    /**
     * @param destination empty, or not there while its parent is
     * @param nearest where the state at the moment is not known, the newest before it is taken however old it is
     * @param keepRunFiles whether what tells of a running server is restored too
     * @param cancelled asked often; once it says true the restore ends and what it made is removed
     */
    public Restoration(
            Deployment deployment,
            String source,
            RestorePoint point,
            Path destination,
            boolean nearest,
            boolean keepRunFiles,
            BooleanSupplier cancelled) {
        KafkaAccess kafka =
                new KafkaAccess(deployment.bootstrapServers(), deployment.registryUrl(), deployment.clientProperties());
        this.settings = RestoreSettings.of(source, point, destination, kafka)
                .withNearest(nearest)
                .withRunFilesKept(keepRunFiles)
                .withCancelled(cancelled);
    }

    /** Finds what would be restored; writes nothing. */
    public RestoreResult rehearse(RestoreListener listener) {
        return explained(() -> Restore.rehearse(settings, listener));
    }

    /** Restores and seals. */
    public RestoreResult run(RestoreListener listener) {
        return explained(() -> Restore.run(settings, listener));
    }

    private interface Step<T> {
        T take() throws IOException;
    }

    private <T> T explained(Step<T> step) {
        try {
            return step.take();
        } catch (SinkException e) {
            throw SinkFailures.explain(e);
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitStatus.FAILED, "cannot restore into " + settings.destination() + ": " + e.getMessage(), e);
        }
    }
}
