package io.catchwater.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.catchwater.cli.command.BridgeCommand;
import io.catchwater.cli.command.CancelCommand;
import io.catchwater.cli.command.CheckCommand;
import io.catchwater.cli.command.CredentialsCommand;
import io.catchwater.cli.command.DemoCommand;
import io.catchwater.cli.command.EnvironmentDefaults;
import io.catchwater.cli.command.ExecCommand;
import io.catchwater.cli.command.GlobalOptions;
import io.catchwater.cli.command.ListCommand;
import io.catchwater.cli.command.PauseCommand;
import io.catchwater.cli.command.RegistryCommand;
import io.catchwater.cli.command.RestoreCommand;
import io.catchwater.cli.command.ResumeCommand;
import io.catchwater.cli.command.RunCommand;
import io.catchwater.cli.command.SinkCommand;
import io.catchwater.cli.command.SnapshotCommand;
import io.catchwater.cli.command.StatusCommand;
import io.catchwater.cli.command.StreamCommand;
import io.catchwater.cli.command.ThrottleCommand;
import io.catchwater.cli.command.VerifyCommand;
import io.catchwater.cli.progress.Console;
import io.catchwater.cli.progress.JsonMessages;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line: {@code catchwater VERB …}. A verb is a class in {@link io.catchwater.cli.command}, listed here. */
@Command(
        name = "catchwater",
        description = "Backs up any program that writes files, while it runs.",
        scope = CommandLine.ScopeType.INHERIT,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "VERB",
        usageHelpWidth = Main.HELP_COLUMNS,
        subcommands = {
            DemoCommand.class,
            RunCommand.class,
            ExecCommand.class,
            BridgeCommand.class,
            StreamCommand.class,
            SinkCommand.class,
            RegistryCommand.class,
            SnapshotCommand.class,
            CancelCommand.class,
            PauseCommand.class,
            ResumeCommand.class,
            ThrottleCommand.class,
            StatusCommand.class,
            ListCommand.class,
            RestoreCommand.class,
            VerifyCommand.class,
            CheckCommand.class,
            CredentialsCommand.class
        })
public final class Main implements Runnable {

    static final int HELP_COLUMNS = 100;

    /** What the JVM puts in place of bytes that are no text in the locale's encoding. */
    private static final char UNDECODABLE = '\uFFFD';

    private final Console console;

    @Mixin
    private GlobalOptions options;

    @Spec
    private CommandSpec spec;

    private Main(Console console) {
        this.console = console;
    }

    public static void main(String[] arguments) {
        // A process with a broker in it has threads that would outlive the command.
        System.exit(run(Console.ofProcess(), arguments));
    }

    /**
     * Runs one command in this process.
     *
     * @return what the process should end with, see {@link ExitStatus}; for {@code run} and {@code exec} it may be the
     *     status of the program that was run
     */
    public static int run(Console console, String... arguments) {
        ErrorReport report = new ErrorReport(console, Arrays.asList(arguments).contains("--json"));
        for (String argument : arguments) {
            if (argument.indexOf(UNDECODABLE) >= 0) {
                return report.failure(new CommandFailure(
                        ExitStatus.USAGE,
                        "the argument '" + argument + "' is not text in this locale; set LC_ALL=C.UTF-8"));
            }
        }
        return commandLine(console, report).execute(arguments);
    }

    private static CommandLine commandLine(Console console, ErrorReport report) {
        return new CommandLine(new Main(console))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExpandAtFiles(false)
                .setInterpolateVariables(false)
                .setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF))
                .setDefaultValueProvider(new EnvironmentDefaults(console.environment()))
                .setOut(writer(console.out()))
                .setErr(writer(console.err()))
                .setParameterExceptionHandler((failure, ignored) -> report.usage(failure))
                .setExecutionExceptionHandler((failure, command, parsed) -> report.failure(failure));
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, UTF_8), true);
    }

    /** Where the command speaks. */
    public Console console() {
        return console;
    }

    /** What every verb takes. */
    public GlobalOptions options() {
        return options;
    }

    /** For a command that speaks JSON. */
    public JsonMessages jsonMessages() {
        return new JsonMessages(console.out());
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which verb?");
    }
}
