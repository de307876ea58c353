package io.catchwater.bridge.drain;

import io.catchwater.bridge.publish.EventLog;
import io.catchwater.schemas.event.CutRequested;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Cuts that somebody wants: asked for by any thread, published by the drain thread when the ring is drained so far. */
final class CutRequests {

    private final EventLog log;
    private final LongSupplier tail;
    private final Consumer<Runnable> audit;
    private final MappedFiles mapped;
    private final Runnable healUnseen;
    private final Queue<Asked> asked = new ConcurrentLinkedQueue<>();
    private final Deque<Due> due = new ArrayDeque<>();

    /** @param refusal why there is no cut, empty when there is one */
    private record Asked(String commandId, String refusal, CompletableFuture<Long> published) {}

    private record Due(String commandId, MappedFiles.Cut cut, CompletableFuture<Long> published) {}

    /**
     * Without requests.
     *
     * @param tail of the ring
     * @param audit calls back when what nobody captured so far has been looked for and read again
     * @param mapped read before the cut is placed
     * @param healUnseen orders what else programs may have changed without a call to be read again: the cut falls after it
     */
    CutRequests(EventLog log, LongSupplier tail, Consumer<Runnable> audit, MappedFiles mapped, Runnable healUnseen) {
        this.log = log;
        this.tail = tail;
        this.audit = audit;
        this.mapped = mapped;
        this.healUnseen = healUnseen;
    }

    /**
     * Any thread.
     *
     * @return completed with the LSN when the request is in the log; failed never
     */
    CompletableFuture<Long> ask(String commandId) {
        return ask(commandId, "");
    }

    /**
     * Says that there is no cut. Any thread.
     *
     * @param reason one line for a reader
     * @return completed with the LSN when that is in the log; failed never
     */
    CompletableFuture<Long> refuse(String commandId, String reason) {
        return ask(commandId, reason);
    }

    private CompletableFuture<Long> ask(String commandId, String refusal) {
        CompletableFuture<Long> published = new CompletableFuture<>();
        asked.add(new Asked(commandId, refusal, published));
        return published;
    }

    /**
     * Takes what has been asked for. It is due where the ring is drained to when the audit is over and mapped files are
     * read, and not before the tail of this moment: everything that had returned to its program is before it.
     */
    int accept() {
        int accepted = 0;
        for (Asked next = asked.poll(); next != null; next = asked.poll()) {
            Asked request = next;
            accepted++;
            if (!request.refusal().isEmpty()) {
                publish(request.commandId(), request.refusal(), request.published());
                continue;
            }
            long from = tail.getAsLong();
            audit.accept(() ->
                    mapped.readFor(from, cut -> due.add(new Due(request.commandId(), cut, request.published()))));
        }
        return accepted;
    }

    /** Called before each entry: what is due falls where the ring is drained to. */
    void publishDue() {
        while (!due.isEmpty()) {
            Due next = due.remove();
            mapped.publish(next.cut());
            healUnseen.run();
            publish(next.commandId(), "", next.published());
        }
    }

    private void publish(String commandId, String refusal, CompletableFuture<Long> published) {
        long lsn = log.drainedLsn();
        log.names(new CutRequested(commandId, refusal));
        published.complete(lsn);
    }
}
