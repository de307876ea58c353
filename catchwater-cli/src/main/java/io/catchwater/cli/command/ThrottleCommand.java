package io.catchwater.cli.command;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.progress.Quantities;
import io.catchwater.cli.run.SourceArgument;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code catchwater throttle}: another rate for a snapshot, or for a source. */
@Command(
        name = "throttle",
        description = {
            "Give a snapshot that is under way another rate.",
            "With --source: give the source's base copy and what is written to its replica another rate, also after"
                    + " restarts.",
        },
        customSynopsis = {
            "catchwater throttle ID RATE",
            "catchwater throttle --source NAME RATE",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  catchwater throttle nightly-2031-04-01 20MB/s",
            "  catchwater throttle --source app 0        copy nothing, keep capturing",
            "  catchwater throttle --source app none",
        })
public final class ThrottleCommand extends ControlVerb {

    @Option(names = "--source", paramLabel = "NAME", description = "The source, instead of a snapshot.")
    private String source;

    @Parameters(
            paramLabel = "[ID] RATE",
            arity = "1..2",
            hideParamSyntax = true,
            description = "The snapshot; and bytes per second: 1000000, 10MB/s, 0 to stand still, none for no limit.")
    private List<String> arguments;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        int wanted = source == null ? 2 : 1;
        if (arguments.size() != wanted) {
            throw new CommandFailure(
                    ExitStatus.USAGE,
                    source == null
                            ? "throttle takes a snapshot's id and a rate, or --source NAME and a rate"
                            : "throttle --source " + source + " takes a rate and nothing else");
        }
        long rate = rate(arguments.get(wanted - 1));
        if (source != null) {
            SourceArgument.requireName(source);
        }
        return connected(client -> {
            String snapshot = source == null ? arguments.get(0) : null;
            String owner = source == null ? underWay(client, snapshot).getSource() : source;
            order(client, owner, Controls.of("throttle", snapshot, rate));
            String what = snapshot == null ? "source " + owner : "snapshot " + snapshot + " of " + owner;
            tell(snapshot, owner, "THROTTLED", what + ": " + words(rate));
            return ExitStatus.DONE.code();
        });
    }

    private long rate(String text) {
        try {
            return new Rates().convert(text);
        } catch (TypeConversionException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private static String words(long rate) {
        if (rate < 0) {
            return "no limit";
        }
        return rate == 0 ? "stands still" : Quantities.rate(rate) + " at most";
    }
}
