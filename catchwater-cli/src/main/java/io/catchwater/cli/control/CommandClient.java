package io.catchwater.cli.control;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.control.Command;
import io.catchwater.schemas.control.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Sends commands through their topic and follows what becomes of them. Used by one thread. */
public final class CommandClient implements AutoCloseable {

    /** A source that has said nothing for this long is not served. */
    static final Duration SILENCE_LIMIT = Duration.ofSeconds(30);

    /** A source that has just begun is heard of within this time. */
    static final Duration FIRST_STATUS_LIMIT = Duration.ofSeconds(5);

    /** How often what has not changed is told again. */
    static final Duration HEARTBEAT = Duration.ofSeconds(4);

    private static final Duration POLL = Duration.ofMillis(100);

    private final Deployment deployment;
    private final StatusTopic statuses;

    private CommandClient(Deployment deployment, StatusTopic statuses) {
        this.deployment = deployment;
        this.statuses = statuses;
    }

    /** Connects, and reads what is known of earlier commands. */
    public static CommandClient open(Deployment deployment) {
        return new CommandClient(deployment, StatusTopic.open(deployment));
    }

    /**
     * Requires that somebody has served a source; waits a moment for one that is just beginning.
     *
     * @throws CommandFailure when nobody has heard of it
     */
    public void requireKnown(String source) {
        long begunNs = System.nanoTime();
        while (statuses.source(source).isEmpty() && System.nanoTime() - begunNs < FIRST_STATUS_LIMIT.toNanos()) {
            statuses.refresh(POLL);
        }
        if (statuses.source(source).isEmpty()) {
            throw new CommandFailure(
                    ExitStatus.NOT_FOUND,
                    "no such source: " + source + known() + "; a source begins with 'catchwater run --source'");
        }
    }

    /**
     * Requires that a source is being served now.
     *
     * @throws CommandFailure when it is not
     */
    public void requireServed(String source) {
        requireKnown(source);
        Status status = statuses.source(source).orElseThrow();
        Duration silence = Duration.ofMillis(System.currentTimeMillis() - status.getTimeNs() / 1_000_000);
        if (silence.compareTo(SILENCE_LIMIT) > 0) {
            throw new CommandFailure(
                    ExitStatus.FAILED,
                    "nobody serves source " + source + " now: it was last heard of " + silence.toSeconds()
                            + " s ago; start it again, or give --no-wait to leave the command for later");
        }
    }

    /**
     * Sends a command; returns when the broker has it.
     *
     * @param source the record's key
     */
    public void send(String source, Command command) throws InterruptedException {
        try (Producer<String, Command> producer = deployment.producer()) {
            producer.send(new ProducerRecord<>(Topics.COMMANDS, source, command))
                    .get();
        } catch (ExecutionException e) {
            throw KafkaFailures.explain(deployment, e);
        }
    }

    /**
     * Waits until a command has ended.
     *
     * @param listener is told each status, the last one too, and the present one again every {@link #HEARTBEAT}, on this
     *     thread
     * @param turn called again and again on this thread
     * @throws TimeoutException when it has not ended within the limit; it goes on all the same
     */
    public Status await(String id, Duration limit, Consumer<Status> listener, Turn turn)
            throws TimeoutException, InterruptedException {
        long deadlineNs = System.nanoTime() + limit.toNanos();
        Status shown = null;
        long shownNs = System.nanoTime();
        while (true) {
            Status status = statuses.command(id).orElse(null);
            boolean heartbeat = System.nanoTime() - shownNs >= HEARTBEAT.toNanos();
            if (status != null && (heartbeat || !status.equals(shown))) {
                listener.accept(status);
                shown = status;
                shownNs = System.nanoTime();
            }
            if (status != null && StatusTopic.isTerminal(status)) {
                return status;
            }
            if (System.nanoTime() - deadlineNs > 0) {
                throw new TimeoutException("not ended within " + limit.toSeconds() + " s");
            }
            turn.run();
            statuses.refresh(POLL);
        }
    }

    /** As above, with nothing to do meanwhile. */
    public Status await(String id, Duration limit, Consumer<Status> listener)
            throws TimeoutException, InterruptedException {
        return await(id, limit, listener, () -> {});
    }

    /** Something to do while a command is waited for. */
    public interface Turn {
        void run() throws InterruptedException;
    }

    /** The last status of a command, as far as it was read. */
    public Optional<Status> command(String id) {
        return statuses.command(id);
    }

    private String known() {
        String names = String.join(
                ", ", statuses.sources().stream().map(Status::getSource).toList());
        return names.isEmpty() ? "" : " (known: " + names + ")";
    }

    @Override
    public void close() {
        statuses.close();
    }
}
