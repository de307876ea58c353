package io.catchwater.cli.control;

import io.catchwater.schemas.Topics;
import io.catchwater.schemas.control.State;
import io.catchwater.schemas.control.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What sources and commands say of themselves. Used by one thread. */
public final class StatusTopic implements AutoCloseable {

    private static final String SOURCE_KEY = Topics.statusKey("");
    private static final Set<State> TERMINAL =
            EnumSet.of(State.COMPLETED, State.FAILED, State.REJECTED, State.CANCELLED);

    private final ControlTopic<Status> topic;

    private StatusTopic(ControlTopic<Status> topic) {
        this.topic = topic;
    }

    /** Opens the topic and reads it to its present end. */
    public static StatusTopic open(Deployment deployment) {
        ControlTopic<Status> topic = ControlTopic.open(deployment, Topics.STATUS, Status.class);
        try {
            topic.readToEnd();
            return new StatusTopic(topic);
        } catch (RuntimeException e) {
            topic.close();
            throw e;
        }
    }

    /** Takes in what has come since, waiting for at most a limit when there is nothing. */
    public void refresh(Duration limit) {
        topic.poll(limit);
    }

    /** The last status of each source, by name. */
    public List<Status> sources() {
        return topic.latest().entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(SOURCE_KEY)
                        && entry.getValue().getCapture() == null)
                .map(Map.Entry::getValue)
                .sorted(java.util.Comparator.comparing(Status::getSource))
                .toList();
    }

    /** Who is captured of a source, as its bridge said last. */
    public Optional<Status> bridge(String name) {
        return Optional.ofNullable(topic.latest().get(Topics.bridgeStatusKey(name)))
                .filter(status -> status.getCapture() != null);
    }

    /** Whether all that changes a source is captured. */
    public Health health(Status source) {
        return Health.of(bridge(source.getSource()), source, Instant.now());
    }

    /** The last status of a source. */
    public Optional<Status> source(String name) {
        return Optional.ofNullable(topic.latest().get(SOURCE_KEY + name));
    }

    /** The last status of each command that has not ended. */
    public List<Status> running() {
        return topic.latest().entrySet().stream()
                .filter(entry -> !entry.getKey().startsWith(SOURCE_KEY))
                .map(Map.Entry::getValue)
                .filter(status -> !isTerminal(status))
                .toList();
    }

    /**
     * The last statuses of commands that have ended, the newest first.
     *
     * @param limit how many at most
     */
    public List<Status> ended(int limit) {
        return topic.latest().entrySet().stream()
                .filter(entry -> !entry.getKey().startsWith(SOURCE_KEY))
                .map(Map.Entry::getValue)
                .filter(StatusTopic::isTerminal)
                .sorted(java.util.Comparator.comparingLong(Status::getTimeNs).reversed())
                .limit(limit)
                .toList();
    }

    /** The last status of a command. */
    public Optional<Status> command(String id) {
        return Optional.ofNullable(topic.latest().get(id));
    }

    /** Whether a command has ended with this. */
    public static boolean isTerminal(Status status) {
        return TERMINAL.contains(status.getState());
    }

    @Override
    public void close() {
        topic.close();
    }
}
