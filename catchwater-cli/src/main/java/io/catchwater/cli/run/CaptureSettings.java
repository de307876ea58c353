package io.catchwater.cli.run;

import static java.util.Objects.requireNonNull;

import io.catchwater.bridge.cut.CutCommandSettings;
import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.schemas.Exclusion;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a source is captured and copied.
 *
 * @param ioUringAllowed whether programs get io_uring, by which they change files unseen
 * @param exclusion what of the source is left out
 * @param throttle bytes per second that copies keep to, -1 for no limit; empty for what was commanded last
 * @param cutCommands what is run beside each cut
 */
public record CaptureSettings(
        boolean ioUringAllowed, Exclusion exclusion, Optional<Long> throttle, CutCommandSettings cutCommands) {

    /** Nothing special. */
    public static final CaptureSettings DEFAULT =
            new CaptureSettings(false, Exclusion.NONE, Optional.empty(), CutCommandSettings.NONE);

    public CaptureSettings {
        requireNonNull(exclusion);
        requireNonNull(throttle);
        requireNonNull(cutCommands);
    }

    /** @throws CommandFailure when everything that is watched would be left out */
    void requireSomethingLeft(List<Path> directories) {
        try {
            exclusion.requireSomethingLeft(
                    directories.stream().map(Path::toString).toList());
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitStatus.USAGE, "--exclude: " + e.getMessage(), e);
        }
    }
}
