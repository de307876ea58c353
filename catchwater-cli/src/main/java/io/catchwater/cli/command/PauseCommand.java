package io.catchwater.cli.command;

import io.catchwater.cli.ExitStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code catchwater pause}: a snapshot stands still. */
@Command(
        name = "pause",
        description = "Let a snapshot stand still; the program and capture go on. It stays paused over restarts.",
        footerHeading = "%nExamples:%n",
        footer = "  catchwater pause nightly-2031-04-01")
public final class PauseCommand extends ControlVerb {

    @Parameters(paramLabel = "ID", description = "The snapshot, as 'catchwater status' shows it.")
    private String id;

    @Override
    public Integer call() throws InterruptedException {
        return connected(client -> {
            String source = underWay(client, id).getSource();
            order(client, source, Controls.of("pause", id, null));
            tell(id, source, "PAUSED", "snapshot " + id + " of " + source + ": paused");
            return ExitStatus.DONE.code();
        });
    }
}
