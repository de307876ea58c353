package io.catchwater.cli.command;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.embedded.EmbeddedSettings;
import io.catchwater.cli.embedded.FlushPolicy;
import io.catchwater.cli.run.Run;
import io.catchwater.cli.run.RunSettings;
import io.catchwater.cli.run.SourceArgument;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code catchwater run}: all stages of a source in this process, and a program under capture. */
@Command(
        name = "run",
        description = {
            "Keep a replica of a source current, all stages in this process.",
            "With PROGRAM: start it under capture, and end with its exit status when the last change is in the replica.",
            "Without: serve until SIGTERM or SIGINT; programs join with 'catchwater exec'.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  catchwater run --source app=/srv/app --replica /backups/app -- /usr/bin/app --port 80",
            "  catchwater run --source app=/srv/app --replica /backups/app",
            "  catchwater run --source db=/srv/data,/srv/log --replica /backups/db --allowed-prefix /backups/taken",
        })
public final class RunCommand extends Verb {

    @Option(
            names = "--source",
            required = true,
            paramLabel = "NAME=DIR[,DIR…]",
            description = "Name of the source and the directories to watch.")
    private String source;

    @Option(
            names = "--replica",
            required = true,
            paramLabel = "DIR",
            description = "Existing directory to keep current: empty, or a replica of this source.")
    private Path replica;

    @Mixin
    private PrefixOptions prefixes = new PrefixOptions();

    @Option(
            names = "--broker-port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "Loopback port of the embedded broker. Default: any, and the same again next time.")
    private int brokerPort;

    @Option(
            names = "--registry-port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "Loopback port of the embedded schema registry. Default: likewise.")
    private int registryPort;

    @Option(
            names = "--allow-unseen",
            description =
                    "End as PROGRAM did, or with 0, also when something may have changed files unseen. Default: with 22.")
    private boolean allowUnseen;

    @Mixin
    private CaptureOptions capture = new CaptureOptions();

    @Mixin
    private PageOption page;

    @Parameters(paramLabel = "PROGRAM ARG", arity = "0..*", description = "Program to start under capture.")
    private List<String> program = List.of();

    @Override
    public Integer call() throws InterruptedException {
        RunSettings settings = RunSettings.check(
                SourceArgument.parse(source),
                replica,
                prefixes.given(options().deployment().isPresent()),
                capture.settings(console().environment()),
                embedded(),
                options().deployment());
        RunSettings.checkProgram(program, console().environment());
        return new Run(settings, console(), json(), page.open(dataDirectory()), allowUnseen).execute(program);
    }

    private EmbeddedSettings embedded() {
        try {
            return new EmbeddedSettings(dataDirectory(), brokerPort, registryPort, FlushPolicy.INTERVAL);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitStatus.USAGE, e.getMessage(), e);
        }
    }
}
