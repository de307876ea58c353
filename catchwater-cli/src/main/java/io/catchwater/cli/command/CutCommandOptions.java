package io.catchwater.cli.command;

import io.catchwater.bridge.cut.CutCommandSettings;
import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.hook.HookEnvironment;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What is run on the source's host beside each cut. */
final class CutCommandOptions {

    @Option(
            names = "--before-cut",
            paramLabel = "COMMAND",
            description = "For /bin/sh: run before each snapshot is cut; when it fails the snapshot does.")
    private String before;

    @Option(
            names = "--after-cut",
            paramLabel = "COMMAND",
            description = "For /bin/sh: run when the cut is placed; CATCHWATER_LSN tells where it was asked for.")
    private String after;

    @Option(
            names = "--cut-command-timeout",
            paramLabel = "T",
            converter = Durations.class,
            description = "How long each of these may take: 30s, 5m. Default: 30s.")
    private Duration timeLimit = CutCommandSettings.DEFAULT_TIME_LIMIT;

    /**
     * As the bridge wants it.
     *
     * @param environment of this process
     * @throws CommandFailure when a command is empty, or there is no time
     */
    CutCommandSettings settings(Map<String, String> environment) {
        requireCommand("--before-cut", before);
        requireCommand("--after-cut", after);
        try {
            return new CutCommandSettings(
                    Optional.ofNullable(before),
                    Optional.ofNullable(after),
                    timeLimit,
                    HookEnvironment.without(environment));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitStatus.USAGE, e.getMessage(), e);
        }
    }

    private static void requireCommand(String option, String command) {
        if (command != null && command.isBlank()) {
            throw new CommandFailure(ExitStatus.USAGE, option + " is empty");
        }
    }
}
