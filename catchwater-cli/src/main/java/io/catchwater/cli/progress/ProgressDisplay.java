package io.catchwater.cli.progress;

/** Shows how far a command is. Used by one thread at a time. */
public interface ProgressDisplay {

    /** Shows a new state; may leave it out when the last one was shown just before. */
    void show(Progress progress);

    /** The command ends: what comes next stands on a line of its own. */
    void end();

    /** The display that suits a command's reader: one line kept current, plain lines, or JSON. */
    static ProgressDisplay of(Console console, boolean json) {
        if (json) {
            return new JsonProgress(new JsonMessages(console.out()), System::nanoTime);
        }
        return console.errTerminal()
                ? new TerminalProgress(console.err(), console.columns())
                : new PlainProgress(console.err(), System::nanoTime);
    }
}
