package io.catchwater.cli.command;

import picocli.CommandLine.Command;

/** {@code catchwater pause}: a snapshot stands still. */
@Command(
        name = "pause",
        description = "Let a snapshot stand still; the program and capture go on. It stays paused over restarts.",
        footerHeading = "%nExamples:%n",
        footer = "  catchwater pause nightly-2031-04-01")
public final class PauseCommand extends SnapshotControlVerb {

    @Override
    public Integer call() throws InterruptedException {
        return order("pause", "PAUSED", "paused");
    }
}
