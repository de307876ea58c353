package io.catchwater.cli.command;

import picocli.CommandLine.Command;

/** {@code catchwater resume}: a paused snapshot goes on. */
@Command(
        name = "resume",
        description = "Let a paused snapshot go on.",
        footerHeading = "%nExamples:%n",
        footer = "  catchwater resume nightly-2031-04-01")
public final class ResumeCommand extends SnapshotControlVerb {

    @Override
    public Integer call() throws InterruptedException {
        return order("resume", "RUNNING", "goes on");
    }
}
