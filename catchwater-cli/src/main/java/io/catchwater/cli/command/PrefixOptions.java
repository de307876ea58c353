package io.catchwater.cli.command;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Where a sink may put snapshots, that of a run or one alone. */
final class PrefixOptions {

    @Option(
            names = "--allowed-prefix",
            paramLabel = "DIR",
            split = ",",
            description = {
                "Put snapshots only below this directory, or one of these: may be given several times. Required with"
                        + " --bootstrap-servers, since whoever may write to the commands topic then says where they go.",
            })
    private List<Path> prefixes = List.of();

    /** The name it had first. */
    @Option(names = "--snapshots", paramLabel = "DIR", split = ",", hidden = true)
    private List<Path> snapshots = List.of();

    /**
     * As they were given.
     *
     * @param shared whether others may write to the commands topic
     * @throws CommandFailure when there are none and there have to be
     */
    List<Path> given(boolean shared) {
        List<Path> given = Stream.concat(prefixes.stream(), snapshots.stream()).toList();
        if (shared && given.isEmpty()) {
            throw new CommandFailure(
                    ExitStatus.USAGE,
                    "with --bootstrap-servers others may command snapshots too; give --allowed-prefix DIR, below which"
                            + " they may go");
        }
        return given;
    }
}
