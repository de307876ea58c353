package io.catchwater.sink.control;

import io.catchwater.files.Errno;
import io.catchwater.schemas.CommandParser;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.control.Command;
import io.catchwater.schemas.control.State;
import io.catchwater.schemas.control.Status;
import io.catchwater.sink.SinkException;
import io.catchwater.sink.intake.KafkaAccess;
import io.catchwater.sink.intake.RecordReader;
import io.catchwater.sink.intake.TopicScan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Answers the commands topic for one source. At every start the topic is read from its beginning, against the statuses
 * that were given: an id that has its final status is done, one that was accepted goes on, any other is new. So no
 * command is lost or answered twice, wherever the sink was killed.
 *
 * <p>Used by one thread.
 */
public final class CommandReader implements AutoCloseable {

    private final KafkaAccess kafka;
    private final String source;
    private final Path replica;
    private final Optional<Path> allowedPrefix;
    private final Announcements announcements;
    private final SnapshotRequests requests;
    private final CommandParser parser;
    private final Consumer<byte[], byte[]> consumer;
    private final Map<String, State> states = new HashMap<>();
    private Catalog catalog;

    /**
     * @param replica no snapshot goes there
     * @param allowedPrefix see {@link DestinationRules}
     * @param catalog says which other sources there are
     */
    public CommandReader(
            KafkaAccess kafka,
            String source,
            Path replica,
            Optional<Path> allowedPrefix,
            Announcements announcements,
            SnapshotRequests requests,
            Catalog catalog) {
        this.kafka = kafka;
        this.source = source;
        this.replica = replica;
        this.allowedPrefix = allowedPrefix;
        this.announcements = announcements;
        this.requests = requests;
        this.catalog = catalog;
        this.parser = new CommandParser(kafka.serialization().deserializer(Command.class));
        this.consumer = kafka.consumer(Optional.empty());
    }

    /** Reads the statuses given so far, then all commands there are. */
    public void begin() throws IOException {
        RecordReader<Status> reader = new RecordReader<>(kafka.serialization().deserializer(Status.class));
        try (Consumer<byte[], byte[]> statuses = kafka.consumer(Optional.empty())) {
            TopicScan.readAll(statuses, Topics.STATUS, record -> {
                if (record.value() != null) {
                    Status status = reader.read(record);
                    states.put(status.getCommandId(), status.getState());
                }
            });
            states.remove("");
            states.forEach((id, state) -> {
                if (Statuses.isFinal(state)) {
                    requests.finish(id);
                }
            });
        }
        TopicScan.readAll(consumer, Topics.COMMANDS, this::take);
    }

    /** Answers what has come since. */
    public void poll(Duration patience) throws IOException {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(patience)) {
            take(record);
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) throws IOException {
        String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
        boolean ours = key.equals(source);
        if (!ours && isKnown(key)) {
            return;
        }
        CommandParser.Parsed parsed = parser.parse(record.value());
        if (parsed instanceof CommandParser.Parsed.Malformed malformed) {
            String id = malformed.id().isEmpty() ? placeOf(key, record) : malformed.id();
            reject(id, key, Errno.EINVAL, malformed.reason());
        } else if (parsed instanceof CommandParser.Parsed.Valid valid) {
            if (ours) {
                handle(valid.command());
            } else {
                reject(valid.command().getId(), key, Errno.ENOENT, "no such source: '" + key + "'");
            }
        }
    }

    private boolean isKnown(String otherSource) throws IOException {
        if (!catalog.sources().contains(otherSource)) {
            catalog = Catalog.read(kafka, source);
        }
        return catalog.sources().contains(otherSource);
    }

    private static String placeOf(String key, ConsumerRecord<byte[], byte[]> record) {
        return key + "@" + record.partition() + ":" + record.offset();
    }

    private void handle(Command command) throws IOException {
        State known = states.get(command.getId());
        switch (command.getType()) {
            case "snapshot" -> snapshot(command, known);
            case "cancel", "throttle", "pause", "resume" -> control(command, known);
            default ->
                reject(command.getId(), source, Errno.EINVAL, "unknown type of command: '" + command.getType() + "'");
        }
    }

    private void snapshot(Command command, State known) throws IOException {
        String id = command.getId();
        if (known != null && Statuses.isFinal(known)) {
            requests.finish(id);
        } else if (known != null && requests.get(id).isEmpty()) {
            requests.accept(request(command, Path.of(command.getData().getDestination())));
        } else if (known == null) {
            acceptOrReject(command);
        }
    }

    private void acceptOrReject(Command command) throws IOException {
        String id = command.getId();
        try {
            if (command.getData().getExclude() != null) {
                throw new SinkException(SinkException.Reason.FAILED, Errno.EOPNOTSUPP, "exclude is not supported yet");
            }
            catalog = Catalog.read(kafka, source);
            DestinationRules rules = new DestinationRules(replica, catalog.directories(), allowedPrefix);
            Path destination = rules.check(command.getData().getDestination());
            Status accepted = Statuses.of(id, source, State.ACCEPTED, "waiting");
            accepted.setPath(destination.toString());
            announcements.outcome(accepted);
            states.put(id, State.ACCEPTED);
            requests.accept(request(command, destination));
        } catch (SinkException e) {
            reject(id, source, e.errno(), e.getMessage());
        }
    }

    private static SnapshotRequest request(Command command, Path destination) {
        Long throttle = command.getData().getThrottle();
        return new SnapshotRequest(command.getId(), destination, throttle == null ? Statuses.NO_THROTTLE : throttle);
    }

    /** What was commanded before a restart has its effect again, and no second answer. */
    private void control(Command command, State known) throws IOException {
        String target = command.getData().getTarget();
        Optional<SnapshotRequest> request = target == null ? Optional.empty() : requests.get(target);
        if (request.isPresent()) {
            influence(command, request.get());
        }
        if (known != null) {
            return;
        }
        if (request.isEmpty()) {
            reject(command.getId(), source, Errno.ENOENT, "no snapshot is going on with the id '" + target + "'");
        } else if (command.getType().equals("throttle") && command.getData().getThrottle() == null) {
            reject(command.getId(), source, Errno.EINVAL, "no \"throttle\" given");
        } else {
            answer(Statuses.of(command.getId(), source, State.COMPLETED, "done"));
        }
    }

    private static void influence(Command command, SnapshotRequest request) {
        switch (command.getType()) {
            case "cancel" -> request.cancel();
            case "pause" -> request.setPaused(true);
            case "resume" -> request.setPaused(false);
            default -> {
                Long throttle = command.getData().getThrottle();
                if (throttle != null) {
                    request.setThrottle(throttle);
                }
            }
        }
    }

    private void reject(String id, String ofSource, int errno, String message) throws IOException {
        if (!states.containsKey(id)) {
            answer(Statuses.failed(id, ofSource, State.REJECTED, errno, message));
            requests.finish(id);
        }
    }

    private void answer(Status status) throws IOException {
        announcements.outcome(status);
        states.put(status.getCommandId(), status.getState());
    }

    @Override
    public void close() {
        consumer.close();
    }
}
