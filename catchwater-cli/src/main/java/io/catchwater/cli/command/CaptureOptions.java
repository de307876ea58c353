package io.catchwater.cli.command;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.run.CaptureSettings;
import io.catchwater.schemas.Exclusion;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a source is captured and copied, by a run or by a bridge alone. */
final class CaptureOptions {

    @Option(
            names = "--allow-io-uring",
            description = "Let programs have io_uring, and read again at each cut what they may have changed by it.")
    private boolean ioUringAllowed;

    @Option(
            names = "--exclude",
            paramLabel = "REGEX",
            converter = Exclusions.class,
            description = "Leave out names whose full path has a match of this regular expression in it, such as"
                    + " '\\.log$|/cache(/|$)', and everything below them.")
    private Exclusion exclusion = Exclusion.NONE;

    @Option(
            names = "--throttle",
            paramLabel = "RATE",
            converter = Rates.class,
            description =
                    "Copy, and with a replica write to it, so many bytes per second at most, such as 10MB/s; 0 stands still and captures on. Default: as commanded last, or no limit.")
    private Long throttle;

    @Mixin
    private CutCommandOptions cutCommands = new CutCommandOptions();

    /**
     * As the stages want it.
     *
     * @param environment of this process
     * @throws CommandFailure when one does not go
     */
    CaptureSettings settings(Map<String, String> environment) {
        return new CaptureSettings(
                ioUringAllowed, exclusion, Optional.ofNullable(throttle), cutCommands.settings(environment));
    }
}
