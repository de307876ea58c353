package io.catchwater.cli.command;

import io.catchwater.cli.ExitStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code catchwater resume}: a paused snapshot goes on. */
@Command(
        name = "resume",
        description = "Let a paused snapshot go on.",
        footerHeading = "%nExamples:%n",
        footer = "  catchwater resume nightly-2031-04-01")
public final class ResumeCommand extends ControlVerb {

    @Parameters(paramLabel = "ID", description = "The snapshot, as 'catchwater status' shows it.")
    private String id;

    @Override
    public Integer call() throws InterruptedException {
        return connected(client -> {
            String source = underWay(client, id).getSource();
            order(client, source, Controls.of("resume", id, null));
            tell(id, source, "RUNNING", "snapshot " + id + " of " + source + ": goes on");
            return ExitStatus.DONE.code();
        });
    }
}
