package io.catchwater.cli.demo;

import io.catchwater.cli.hook.HookEnvironment;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The writers that commit all the time. Used by one thread. */
final class Writers implements AutoCloseable {

    /** A change is in the stream with the time of its end; clocks of two threads agree within this. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofMillis(10);

    private final List<LedgerWriter> writers;

    private Writers(List<LedgerWriter> writers) {
        this.writers = writers;
    }

    static Writers start(int count, Path database, HookEnvironment hook) {
        return new Writers(IntStream.rangeClosed(1, count)
                .mapToObj(number -> LedgerWriter.start(number, database, hook))
                .toList());
    }

    /**
     * What was committed at one moment, known from outside.
     *
     * @param time of the wall clock
     * @param committed by writer: commits that had returned before
     * @param begun by writer: transactions that had begun shortly after
     */
    record Moment(Instant time, Map<Integer, Long> committed, Map<Integer, Long> begun) {

        long commits() {
            return committed.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /** Notes what is committed now. */
    Moment moment() throws InterruptedException {
        Map<Integer, Long> committed = committed();
        Thread.sleep(CLOCK_TOLERANCE.toMillis());
        Instant time = Instant.now();
        Thread.sleep(CLOCK_TOLERANCE.toMillis());
        return new Moment(time, committed, begun());
    }

    /** By writer, the commits that have returned. */
    Map<Integer, Long> committed() {
        return numbers(LedgerWriter::committed);
    }

    /** By writer, the transactions that have begun. */
    Map<Integer, Long> begun() {
        return numbers(LedgerWriter::begun);
    }

    /** All commits that have returned. */
    long commits() {
        return committed().values().stream().mapToLong(Long::longValue).sum();
    }

    private Map<Integer, Long> numbers(ToLongFunction<LedgerWriter> number) {
        return writers.stream().collect(Collectors.toMap(LedgerWriter::number, number::applyAsLong));
    }

    /** Lets them work for a while. */
    void goOn(Duration time) throws InterruptedException {
        Thread.sleep(time.toMillis());
        writers.forEach(LedgerWriter::requireHealthy);
    }

    /** Lets each end after the transaction at hand. */
    void stop() throws InterruptedException {
        for (LedgerWriter writer : writers) {
            writer.stop();
            writer.requireHealthy();
        }
    }

    @Override
    public void close() {
        writers.forEach(LedgerWriter::close);
    }
}
