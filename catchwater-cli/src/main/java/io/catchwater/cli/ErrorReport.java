package io.catchwater.cli;

import io.catchwater.cli.progress.Console;
import io.catchwater.cli.progress.JsonMessages;
import io.catchwater.files.Errno;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** One line for the user, an object for a program that asked for JSON, the rest for the log. */
final class ErrorReport {

    private static final Logger LOG = LoggerFactory.getLogger(ErrorReport.class);

    private final Console console;
    private final boolean json;

    ErrorReport(Console console, boolean json) {
        this.console = console;
        this.json = json;
    }

    /** Arguments that cannot be understood. Returns the exit status. */
    int usage(ParameterException failure) {
        if (failure.getCause() instanceof CommandFailure cause) {
            return failure(cause);
        }
        CommandLine command = failure.getCommandLine();
        String help = "; see '" + command.getCommandSpec().qualifiedName() + " --help'";
        say(ExitStatus.USAGE, 0, oneLine(failure.getMessage()) + help);
        return ExitStatus.USAGE.code();
    }

    /** A command that failed. Returns the exit status. */
    int failure(Exception failure) {
        if (failure instanceof CommandFailure expected) {
            LOG.debug("The command failed", failure);
            say(expected.status(), expected.errorCode(), oneLine(failure.getMessage()));
            return expected.status().code();
        }
        if (failure instanceof UncheckedIOException io && io.getCause() instanceof AccessDeniedException denied) {
            say(ExitStatus.DENIED, Errno.EACCES, "no permission for " + denied.getFile());
            return ExitStatus.DENIED.code();
        }
        String details = keep(failure).map(file -> "; details in " + file).orElse("");
        say(ExitStatus.FAILED, 0, "unexpected: " + oneLine(failure.toString()) + details);
        return ExitStatus.FAILED.code();
    }

    private void say(ExitStatus status, int errorCode, String line) {
        console.err().println("catchwater: " + line);
        console.err().flush();
        if (json) {
            new JsonMessages(console.out()).error(status.code(), errorCode, line);
        }
    }

    private static Optional<Path> keep(Exception failure) {
        if (LogFile.file().isPresent()) {
            LOG.error("The command failed unexpectedly", failure);
            return LogFile.file();
        }
        try {
            Path file = Files.createTempFile("catchwater-error-", ".log");
            try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(file))) {
                failure.printStackTrace(out);
            }
            return Optional.of(file);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String oneLine(String text) {
        return text == null ? "failed" : text.strip().replaceAll("\\s*\\R\\s*", "; ");
    }
}
