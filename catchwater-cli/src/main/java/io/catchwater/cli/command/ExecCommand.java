package io.catchwater.cli.command;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.hook.HookEnvironment;
import io.catchwater.cli.hook.HookLibrary;
import io.catchwater.cli.run.CapturedProgram;
import io.catchwater.cli.run.RunSettings;
import io.catchwater.cli.run.ServedSource;
import io.catchwater.cli.run.SourceArgument;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code catchwater exec}: one more program under capture for a source that is served already. */
@Command(
        name = "exec",
        description = {
            "Start a program under capture for a source that 'catchwater run' or 'bridge' serves on this host.",
            "Ends with the program's exit status.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  catchwater exec --source app -- /usr/bin/app --port 80",
            "  catchwater exec --source db -- runuser -u postgres -- postgres -D /srv/data",
        })
public final class ExecCommand extends Verb {

    @Option(names = "--source", required = true, paramLabel = "NAME", description = "Source that the program changes.")
    private String source;

    @Parameters(paramLabel = "PROGRAM ARG", arity = "1..*", description = "Program to start under capture.")
    private List<String> program;

    @Override
    public Integer call() throws InterruptedException {
        SourceArgument.requireName(source);
        ServedSource served = ServedSource.find(dataDirectory(), source)
                .orElseThrow(() -> new CommandFailure(
                        ExitStatus.NOT_FOUND,
                        "nobody serves source " + source + " with data directory " + dataDirectory()
                                + "; start 'catchwater run' or 'bridge' with --source " + source
                                + "=DIR, or give its --data-dir"));
        RunSettings.checkProgram(program, console().environment());
        HookEnvironment hook = new HookEnvironment(HookLibrary.ofThisMachine().install(), Path.of(served.ring()));
        return CapturedProgram.run(program, hook);
    }
}
