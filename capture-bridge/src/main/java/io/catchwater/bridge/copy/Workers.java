package io.catchwater.bridge.copy;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The threads that read the source, and the bounded queue of what they report. A reader waits while the queue is full;
 * the drain thread never waits.
 */
public final class Workers implements AutoCloseable {

    private static final long STOP_SECONDS = 10;

    private final BlockingQueue<Report> reports = new ArrayBlockingQueue<>(CopyLimits.REPORTS);
    private final ExecutorService threads;
    private final Consumer<Throwable> onFailure;

    /** @param onFailure called when a task ends with an error that is not an answer */
    public Workers(Consumer<Throwable> onFailure) {
        this.onFailure = onFailure;
        AtomicInteger number = new AtomicInteger();
        this.threads = Executors.newFixedThreadPool(CopyLimits.READERS, task -> {
            Thread thread = new Thread(task, "catchwater-copy-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** What a reading thread does. */
    interface Task {
        void run() throws Exception;
    }

    void submit(Task task) {
        Future<?> unused = threads.submit(() -> {
            try {
                task.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception | Error e) {
                if (!threads.isShutdown()) {
                    onFailure.accept(e);
                }
            }
        });
    }

    /** Called by readers. */
    void report(Report report) throws InterruptedException {
        reports.put(report);
    }

    /** The next report, or null. Drain thread. */
    Report poll() {
        return reports.poll();
    }

    @Override
    public void close() {
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                onFailure.accept(new IllegalStateException("a reader of the source does not end"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
