package io.catchwater.cli.command;

import io.catchwater.schemas.control.Command;
import io.catchwater.schemas.control.CommandData;

/** Makes the commands that act on something under way. Their ids begin with what they do. */
final class Controls {

    private Controls() {}

    /** Ends a snapshot. */
    static Command cancel(String snapshot) {
        return of("cancel", snapshot, null);
    }

    /** @param snapshot null for the source */
    static Command of(String type, String snapshot, Long throttle) {
        CommandData data = new CommandData();
        data.setTarget(snapshot);
        data.setThrottle(throttle);
        return new Command(CommandIds.next(type), type, data);
    }
}
