package io.catchwater.cli.command;

import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.progress.Console;
import io.catchwater.cli.run.TerminationSignals;
import java.util.concurrent.atomic.AtomicInteger;

/** The first signal that asks for the end is for the verb to act on; the second ends the process at once. */
final class Interruption implements AutoCloseable {

    private final AtomicInteger count = new AtomicInteger();
    private final Console console;
    private final TerminationSignals signals = new TerminationSignals(signal -> accept());
    private boolean taken;

    Interruption(Console console) {
        this.console = console;
    }

    private void accept() {
        if (count.incrementAndGet() > 1) {
            console.err().println("\ncatchwater: left; what was ordered goes on");
            Runtime.getRuntime().halt(ExitStatus.CANCELLED.code());
        }
    }

    /** True once, when the first signal has come. For one thread. */
    boolean takeFirst() {
        if (taken || count.get() == 0) {
            return false;
        }
        taken = true;
        return true;
    }

    @Override
    public void close() {
        signals.close();
    }
}
