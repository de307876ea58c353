package io.catchwater.cli.command;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.schemas.control.State;
import io.catchwater.schemas.control.Status;
import picocli.CommandLine.Command;

/** {@code catchwater cancel}: ends a snapshot that is under way. */
@Command(
        name = "cancel",
        description = "End a snapshot that is under way or waits; what was made of it is removed.",
        footerHeading = "%nExamples:%n",
        footer = "  catchwater cancel nightly-2031-04-01")
public final class CancelCommand extends SnapshotControlVerb {

    @Override
    public Integer call() throws InterruptedException {
        return connected(client -> {
            String source = underWay(client, id()).getSource();
            order(client, source, Controls.cancel(id()));
            Status end = answer(client, id(), source);
            if (end.getState() != State.CANCELLED) {
                throw new CommandFailure(
                        ExitStatus.FAILED, "snapshot " + id() + " had ended before it was cancelled: " + word(end));
            }
            tell(id(), source, end.getState().name(), "snapshot " + id() + " of " + source + ": cancelled");
            return ExitStatus.DONE.code();
        });
    }
}
