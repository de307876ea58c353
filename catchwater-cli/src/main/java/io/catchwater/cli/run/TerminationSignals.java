package io.catchwater.cli.run;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Gives SIGTERM, SIGINT and SIGHUP to somebody else than the JVM, which would end at once, until it is closed.
 *
 * <p>The only supported way in the JDK; {@code jdk.unsupported} is named for its other content.
 */
public final class TerminationSignals implements AutoCloseable {

    private static final List<String> NAMES = List.of("TERM", "INT", "HUP");

    /** Which signal it was. */
    public enum Kind {
        TERM(15),
        INT(2),
        HUP(1);

        private final int number;

        Kind(int number) {
            this.number = number;
        }

        /** As in signal(7). */
        int number() {
            return number;
        }
    }

    private final Deque<Runnable> restorations = new ArrayDeque<>();

    /** @param receiver called on a thread of the JVM for each signal; must not block */
    public TerminationSignals(Consumer<Kind> receiver) {
        for (String name : NAMES) {
            Signal signal = new Signal(name);
            SignalHandler before = Signal.handle(signal, received -> receiver.accept(Kind.valueOf(name)));
            restorations.push(() -> Signal.handle(signal, before));
        }
    }

    @Override
    public void close() {
        while (!restorations.isEmpty()) {
            restorations.pop().run();
        }
    }
}
