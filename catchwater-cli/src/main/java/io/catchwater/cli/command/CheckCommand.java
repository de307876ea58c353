package io.catchwater.cli.command;

import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.check.DeploymentChecks;
import io.catchwater.cli.check.Finding;
import io.catchwater.cli.check.HostChecks;
import io.catchwater.cli.progress.JsonMessages;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Command;

/** {@code catchwater check}: is this host, this deployment in order? */
@Command(
        name = "check",
        description = "Is this host, this deployment in order? Named checks, OK or what to do.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  catchwater check",
            "  catchwater check --json | jq 'select(.ok == false)'",
        })
public final class CheckCommand extends Verb {

    @Override
    public Integer call() {
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
