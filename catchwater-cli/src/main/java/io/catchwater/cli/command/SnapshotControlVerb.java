package io.catchwater.cli.command;

import io.catchwater.cli.ExitStatus;
import picocli.CommandLine.Parameters;

/** What the verbs share that act on one snapshot. */
abstract class SnapshotControlVerb extends ControlVerb {

    @Parameters(paramLabel = "ID", description = "The snapshot, as 'catchwater status' shows it.")
    private String id;

    final String id() {
        return id;
    }

    /**
     * Sends a command for the snapshot, and says what has become of that.
     *
     * @param type of the command
     * @param state for a program
     * @param words for a person
     */
    final int order(String type, String state, String words) throws InterruptedException {
        return connected(client -> {
            String source = underWay(client, id).getSource();
            order(client, source, Controls.of(type, id, null));
            tell(id, source, state, "snapshot " + id + " of " + source + ": " + words);
            return ExitStatus.DONE.code();
        });
    }
}
