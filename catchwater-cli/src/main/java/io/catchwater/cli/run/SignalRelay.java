package io.catchwater.cli.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Keeps signals that come before there is somebody to take them. Any thread may call. */
final class SignalRelay {

    private final List<TerminationSignals.Kind> waiting = new ArrayList<>();
    private Consumer<TerminationSignals.Kind> receiver = waiting::add;

    /** A signal came. */
    synchronized void accept(TerminationSignals.Kind signal) {
        receiver.accept(signal);
    }

    /** The first signal that waits, if one does. */
    synchronized Optional<TerminationSignals.Kind> firstWaiting() {
        return waiting.stream().findFirst();
    }

    /** From now on signals go there, first those that are waiting. */
    synchronized void connect(Consumer<TerminationSignals.Kind> next) {
        receiver = next;
        waiting.forEach(next);
        waiting.clear();
    }
}
