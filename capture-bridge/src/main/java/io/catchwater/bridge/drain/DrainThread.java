package io.catchwater.bridge.drain;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

/** Runs the duty cycle, and parks while there is nothing to do. */
public final class DrainThread implements AutoCloseable {

    /** First and longest park: short enough for latency, long enough that an idle bridge costs nearly nothing. */
    private static final long PARK_LEAST_NS = TimeUnit.MICROSECONDS.toNanos(200);

    private static final long PARK_MOST_NS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long STOP_MS = 10_000;

    private final DrainLoop loop;
    private final Consumer<Throwable> onFault;
    private final Thread thread;
    private volatile boolean running = true;

    /**
     * Starts.
     *
     * @param onFault called by the thread when a cycle fails; it has ended then
     */
    public DrainThread(String source, DrainLoop loop, Consumer<Throwable> onFault) {
        this.loop = loop;
        this.onFault = onFault;
        this.thread = new Thread(this::run, "catchwater-drain-" + source);
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        IdleStrategy idle = new BackoffIdleStrategy(0, 1, PARK_LEAST_NS, PARK_MOST_NS);
        try {
            loop.begin();
            while (running) {
                idle.idle(loop.work(System.nanoTime()));
            }
        } catch (RuntimeException | Error e) {
            running = false;
            onFault.accept(e);
        }
    }

    /** The thread does nothing more when its present cycle is over. Any thread. */
    public void stop() {
        running = false;
    }

    @Override
    public void close() {
        stop();
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            thread.join(STOP_MS);
            if (thread.isAlive()) {
                thread.interrupt();
                thread.join(STOP_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** True when the thread has ended: what it used may be taken away. */
    public boolean hasEnded() {
        return !thread.isAlive();
    }
}
