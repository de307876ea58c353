package io.catchwater.cli.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The first fault of any stage; later ones go to the log only. Any thread may report. */
public final class Faults implements Consumer<Throwable> {

    private static final Logger LOG = LoggerFactory.getLogger(Faults.class);

    private final List<Consumer<Throwable>> listeners = new ArrayList<>();
    private Throwable first;

    @Override
    public void accept(Throwable fault) {
        LOG.error("A stage failed", fault);
        List<Consumer<Throwable>> told;
        synchronized (this) {
            if (first != null) {
                return;
            }
            first = fault;
            told = List.copyOf(listeners);
        }
        told.forEach(listener -> listener.accept(fault));
    }

    /** What failed first, if anything did. */
    public synchronized Optional<Throwable> first() {
        return Optional.ofNullable(first);
    }

    /** Called once, on the thread of the fault, or at once when there was one. */
    void whenFirst(Consumer<Throwable> listener) {
        Throwable present;
        synchronized (this) {
            listeners.add(listener);
            present = first;
        }
        if (present != null) {
            listener.accept(present);
        }
    }
}
