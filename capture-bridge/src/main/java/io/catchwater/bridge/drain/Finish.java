package io.catchwater.bridge.drain;

import io.catchwater.bridge.publish.EventLog;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Waits until everything that had happened when it was asked is in Kafka and no copy is open; mapped files are read
 * again first, watermarks are sent last. Drain thread only, but for {@link #ask}.
 */
final class Finish {

    /** Where it stands. */
    private sealed interface Step {

        /** Nobody asks. */
        record Resting() implements Step {}

        /** Asked: dead writers are looked after in this cycle. */
        record Beginning(CompletableFuture<Long> answer) implements Step {}

        /** Until the ring is drained to a tail. */
        record Draining(CompletableFuture<Long> answer, long tail) implements Step {}

        /** Until what nobody captured has been looked for and read again. */
        record Auditing(CompletableFuture<Long> answer) implements Step {}

        /** Until there is an LSN that no watermark has covered: the sink would not wait for what is said below it. */
        record Rising(CompletableFuture<Long> answer) implements Step {}

        /** Until no copy is open. */
        record Healing(CompletableFuture<Long> answer) implements Step {}

        /** Until so many records have arrived. */
        record Arriving(CompletableFuture<Long> answer, long lsn, long records) implements Step {}
    }

    private final EventLog log;
    private final LongSupplier tail;
    private final Consumer<Runnable> audit;
    private final Runnable healUnseen;
    private final BooleanSupplier atRest;
    private final Queue<CompletableFuture<Long>> asked = new ConcurrentLinkedQueue<>();
    private Step step = new Step.Resting();

    /**
     * Nobody asks yet.
     *
     * @param tail of the ring
     * @param audit calls back when what nobody captured so far has been looked for and read again
     * @param healUnseen orders what programs may have changed without a call to be read again
     * @param atRest true when no copy is open and nothing is to be repaired
     */
    Finish(EventLog log, LongSupplier tail, Consumer<Runnable> audit, Runnable healUnseen, BooleanSupplier atRest) {
        this.log = log;
        this.tail = tail;
        this.audit = audit;
        this.healUnseen = healUnseen;
        this.atRest = atRest;
    }

    /** Any thread. Completed with the LSN that the sink has to reach. */
    CompletableFuture<Long> ask() {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        asked.add(answer);
        return answer;
    }

    /** True once for each time it is asked: dead writers are to be looked after before {@link #work}. */
    boolean begins() {
        if (!(step instanceof Step.Resting) || asked.isEmpty()) {
            return false;
        }
        step = new Step.Beginning(asked.remove());
        return true;
    }

    /** Moves it on; called at the end of a cycle. */
    int work() {
        Step before = step;
        if (step instanceof Step.Beginning beginning) {
            step = new Step.Draining(beginning.answer(), tail.getAsLong());
        } else if (step instanceof Step.Draining draining && log.drainedPosition() >= draining.tail()) {
            step = new Step.Auditing(draining.answer());
            audit.accept(() -> step = new Step.Rising(draining.answer()));
        } else if (step instanceof Step.Rising rising && log.isAboveWatermark()) {
            healUnseen.run();
            step = new Step.Healing(rising.answer());
        } else if (step instanceof Step.Healing healing && atRest.getAsBoolean()) {
            log.watermarks(0);
            step = new Step.Arriving(healing.answer(), log.drainedLsn(), log.recordsSent());
        } else if (step instanceof Step.Arriving arriving && log.recordsAcknowledged() >= arriving.records()) {
            step = new Step.Resting();
            arriving.answer().complete(arriving.lsn());
        }
        return step == before ? 0 : 1;
    }
}
