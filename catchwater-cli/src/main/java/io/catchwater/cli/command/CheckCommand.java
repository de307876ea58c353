package io.catchwater.cli.command;

import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.check.DeploymentChecks;
import io.catchwater.cli.check.Finding;
import io.catchwater.cli.check.HostChecks;
import io.catchwater.cli.check.ProgramChecks;
import io.catchwater.cli.check.SourceChecks;
import io.catchwater.cli.progress.JsonMessages;
import io.catchwater.cli.run.SourceArgument;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code catchwater check}: is this host, this deployment in order? */
@Command(
        name = "check",
        description = {
            "Is this host, this deployment in order? Named checks, OK or what to do.",
            "With PROGRAM: what of it would be captured? It is not started.",
            "With --source: what would snapshots and restores of its directories leave out by themselves?",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  catchwater check",
            "  catchwater check -- /usr/sbin/mariadbd",
            "  catchwater check --source app=/srv/app",
            "  catchwater check --json | jq 'select(.ok == false)'",
        })
public final class CheckCommand extends Verb {

    @Option(names = "--source", paramLabel = "NAME=DIR[,DIR…]", description = "Source to look at; it need not run.")
    private String source;

    @Parameters(paramLabel = "PROGRAM ARG", arity = "0..*", description = "Program to look at.")
    private List<String> program = List.of();

    @Override
    public Integer call() throws InterruptedException {
        if (source == null && program.isEmpty()) {
            return checkHost();
        }
        boolean read = source == null
                || say(new SourceChecks(SourceArgument.parse(source).directories()).all());
        boolean captured = program.isEmpty()
                || say(new ProgramChecks(program.get(0), console().environment()).all());
        return (!read ? ExitStatus.FAILED : captured ? ExitStatus.DONE : ExitStatus.NOT_CAPTURED).code();
    }

    private boolean say(List<Finding> findings) {
        findings.forEach(this::say);
        return findings.stream().allMatch(Finding::isOk);
    }

    private int checkHost() {
        List<Supplier<Finding>> checks = new ArrayList<>(new HostChecks(dataDirectory()).all());
        Optional<Connection> connection = Connection.find(this);
        connection.ifPresentOrElse(
                found -> checks.addAll(new DeploymentChecks(found.deployment()).all()),
                () -> checks.add(() -> new Finding("broker", true, "none runs; 'catchwater run' starts one")));
        boolean allOk = true;
        for (Supplier<Finding> check : checks) {
            Finding finding = check.get();
            say(finding);
            allOk &= finding.isOk();
        }
        return (allOk ? ExitStatus.DONE : ExitStatus.FAILED).code();
    }

    private void say(Finding finding) {
        if (json()) {
            jsonMessages()
                    .write(JsonMessages.message("status")
                            .put("check", finding.check())
                            .put("ok", finding.isOk())
                            .put("text", finding.text()));
        } else {
            String result = finding.isOk() ? "OK" : "WRONG";
            console()
                    .out()
                    .println(String.format(Locale.ROOT, "%-15s %-6s %s", finding.check(), result, finding.text()));
        }
    }
}
