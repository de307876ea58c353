package io.catchwater.cli.progress;

import java.io.PrintStream;

/** One line of a terminal, written over and over. */
final class TerminalProgress implements ProgressDisplay {

    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintStream terminal;
    private final int columns;
    private boolean shown;

    TerminalProgress(PrintStream terminal, int columns) {
        this.terminal = terminal;
        this.columns = columns;
    }

    @Override
    public void show(Progress progress) {
        // A line that reaches the last column would wrap, and the next one could not write over it.
        terminal.print(CLEAR_LINE + ProgressText.of(progress, columns - 1));
        terminal.flush();
        shown = true;
    }

    @Override
    public void end() {
        if (shown) {
            terminal.print(CLEAR_LINE);
            terminal.flush();
            shown = false;
        }
    }
}
