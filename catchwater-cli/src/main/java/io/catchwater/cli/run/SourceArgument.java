package io.catchwater.cli.run;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.ring.RingLayout;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What {@code --source NAME=DIR[,DIR…]} says.
 *
 * @param name of the source, fit for a topic's name
 * @param directories as given, at least one
 */
public record SourceArgument(String name, List<Path> directories) {

    private static final String EXPECTED = " (expected NAME=DIR or NAME=DIR,DIR)";

    public SourceArgument {
        directories = List.copyOf(directories);
    }

    /**
     * Reads the option's value.
     *
     * @throws CommandFailure when it has another form
     */
    public static SourceArgument parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            throw new CommandFailure(ExitStatus.USAGE, "--source '" + text + "' names no directory" + EXPECTED);
        }
        String name = requireName(text.substring(0, equals));
        String[] directories = text.substring(equals + 1).split(",", -1);
        if (Arrays.stream(directories).anyMatch(String::isBlank)) {
            throw new CommandFailure(ExitStatus.USAGE, "--source '" + text + "' has an empty directory" + EXPECTED);
        }
        if (directories.length > RingLayout.ROOT_LIMIT) {
            throw new CommandFailure(
                    ExitStatus.USAGE,
                    "--source " + name + " has " + directories.length + " directories, " + RingLayout.ROOT_LIMIT
                            + " at most are possible");
        }
        try {
            return new SourceArgument(
                    name, Arrays.stream(directories).map(Path::of).toList());
        } catch (InvalidPathException e) {
            throw new CommandFailure(ExitStatus.USAGE, "--source: not a path: " + e.getMessage(), e);
        }
    }

    /** Checks a source's name alone. */
    public static String requireName(String name) {
        try {
            return Topics.requireSourceName(name);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitStatus.USAGE, "--source: " + e.getMessage(), e);
        }
    }
}
