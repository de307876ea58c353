package io.catchwater.bridge.cut;

import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.control.CatalogEntry;
import io.catchwater.schemas.control.CutCommandRun;
import io.catchwater.schemas.control.CutCommands;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.Serializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts with commands of the source's host beside them, one after the other: when no copy is open, the command before it;
 * when that has succeeded the cut; when the cut is placed, the command after it. What they ended with is in the catalog.
 *
 * <p>{@link #snapshot} is called by one thread.
 */
public final class CommandedCuts implements AutoCloseable {

    /** Ids remembered, so that the same one twice runs nothing twice. */
    static final int IDS_LIMIT = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(CommandedCuts.class);
    private static final long LOOK_MS = 10;
    private static final long STOP_SECONDS = 10;

    private final String source;
    private final CutCommandSettings settings;
    private final Cuts cuts;
    private final CutCommandCatalog catalog;
    private final Consumer<Throwable> onFailure;
    private final Map<String, CompletableFuture<Void>> begun = new LinkedHashMap<>();
    private final ExecutorService thread;

    /**
     * Begins to wait for snapshots.
     *
     * @param producer of the catalog's entries, any
     * @param serializer of them, for this alone
     * @param onFailure called when the catalog does not take an entry
     */
    public CommandedCuts(
            String source,
            CutCommandSettings settings,
            Cuts cuts,
            Producer<String, byte[]> producer,
            Serializer<CatalogEntry> serializer,
            Consumer<Throwable> onFailure) {
        this.source = source;
        this.settings = settings;
        this.cuts = cuts;
        this.catalog = new CutCommandCatalog(source, producer, serializer);
        this.onFailure = onFailure;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread made = new Thread(task, "catchwater-cut-commands-" + source);
            made.setDaemon(true);
            return made;
        });
    }

    /**
     * A snapshot is wanted.
     *
     * @param commandId nothing is run twice for the same one
     * @return completed when all that belongs to it has been done
     */
    public CompletableFuture<Void> snapshot(String commandId) {
        CompletableFuture<Void> known = begun.get(commandId);
        if (known != null) {
            return known;
        }
        if (begun.size() >= IDS_LIMIT) {
            begun.remove(begun.keySet().iterator().next());
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        begun.put(commandId, done);
        Future<?> unused = thread.submit(() -> run(commandId, done));
        return done;
    }

    private void run(String commandId, CompletableFuture<Void> done) {
        try {
            cut(commandId);
            done.complete(null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | RuntimeException e) {
            if (!thread.isShutdown()) {
                onFailure.accept(e);
            }
        }
    }

    private void cut(String commandId) throws InterruptedException, ExecutionException {
        await(Long.MAX_VALUE);
        CutCommands commands = new CutCommands(commandId, null, null);
        if (settings.before().isPresent()) {
            CutCommandRun before = run(settings.before().get(), commandId, "before", Lsn.NONE);
            commands.setBefore(before);
            catalog.note(commands);
            if (before.getExitStatus() != 0) {
                String line = failure("before", before);
                LOG.warn("source {}: no cut for {}: {}", source, commandId, line);
                cuts.refuse(commandId, line).get();
                return;
            }
        }
        long lsn = cuts.request(commandId).get();
        if (settings.after().isPresent()) {
            // What has to be read for the cut is read before anything is changed by the command.
            await(settings.timeLimit().toNanos());
            CutCommandRun after = run(settings.after().get(), commandId, "after", lsn);
            commands.setAfter(after);
            catalog.note(commands);
            if (after.getExitStatus() != 0) {
                LOG.warn("source {}: {} is as it was asked for, but {}", source, commandId, failure("after", after));
            }
        }
    }

    /** Until no copy is open, or so long. */
    private void await(long limitNs) throws InterruptedException {
        long begunNs = System.nanoTime();
        while (!cuts.canBeNow() && System.nanoTime() - begunNs < limitNs) {
            Thread.sleep(LOOK_MS);
        }
    }

    private CutCommandRun run(String command, String commandId, String side, long lsn) throws InterruptedException {
        Map<String, String> environment = new HashMap<>(settings.environment());
        environment.put("CATCHWATER_SOURCE", source);
        environment.put("CATCHWATER_SNAPSHOT", commandId);
        environment.put("CATCHWATER_CUT", side);
        if (lsn != Lsn.NONE) {
            environment.put("CATCHWATER_LSN", Lsn.format(lsn));
        }
        LOG.info("source {}: runs the command {} the cut of {}", source, side, commandId);
        return ShellCommand.run(command, environment, settings.timeLimit());
    }

    private String failure(String side, CutCommandRun run) {
        String how = run.getExitStatus() == ShellCommand.TIME_OVER && isLong(run)
                ? "did not end within " + seconds(settings.timeLimit())
                : "failed with " + run.getExitStatus();
        String last = run.getOutput()
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .reduce((one, next) -> next)
                .orElse("");
        return "the command " + side + " the cut " + how + (last.isEmpty() ? "" : ": " + last);
    }

    private boolean isLong(CutCommandRun run) {
        return run.getSeconds() >= settings.timeLimit().toMillis() / 1000.0;
    }

    private static String seconds(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("source {}: a command beside a cut does not end", source);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
