package io.catchwater.sink.control;

import io.catchwater.files.Descriptor;
import io.catchwater.files.Errno;
import io.catchwater.schemas.CommandParser;
import io.catchwater.schemas.Exclusion;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.control.Command;
import io.catchwater.schemas.control.State;
import io.catchwater.schemas.control.Status;
import io.catchwater.sink.SinkException;
import io.catchwater.sink.intake.KafkaAccess;
import io.catchwater.sink.intake.RecordReader;
import io.catchwater.sink.intake.TopicScan;
import io.catchwater.sink.throttle.Rate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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
    private final Descriptor tree;
    private final DestinationRules.Fixed fixedRules;
    private final Announcements announcements;
    private final SnapshotRequests requests;
    private final SourceThrottle sourceThrottle;
    private final CommandParser parser;
    private final Consumer<byte[], byte[]> consumer;
    private final CommandLedger ledger = new CommandLedger();
    private final UnclaimedCommands unclaimed;
    private boolean catchingUp;

    /**
     * @param tree root of the replica
     * @param fixedRules what holds for every destination
     * @param sourceThrottle set by commands without a target
     */
    public CommandReader(
            KafkaAccess kafka,
            String source,
            Descriptor tree,
            DestinationRules.Fixed fixedRules,
            Announcements announcements,
            SnapshotRequests requests,
            SourceThrottle sourceThrottle) {
        this.kafka = kafka;
        this.source = source;
        this.tree = tree;
        this.fixedRules = fixedRules;
        this.announcements = announcements;
        this.requests = requests;
        this.sourceThrottle = sourceThrottle;
        this.parser = new CommandParser(kafka.serialization().deserializer(Command.class));
        this.consumer = kafka.consumer();
        this.unclaimed = new UnclaimedCommands(kafka, announcements);
    }

    /** Reads the statuses given so far, then all commands there are. */
    public void begin() throws IOException {
        RecordReader<Status> reader = new RecordReader<>(kafka.serialization().deserializer(Status.class));
        try (Consumer<byte[], byte[]> statuses = kafka.consumer()) {
            TopicScan.readAll(statuses, Topics.STATUS, record -> {
                if (record.value() != null) {
                    found(reader.read(record));
                }
            });
        }
        catchingUp = true;
        TopicScan.readAll(consumer, Topics.COMMANDS, this::take);
        catchingUp = false;
        answerForgotten();
    }

    private void found(Status status) {
        if (!status.getCommandId().isEmpty()) {
            ledger.found(status);
            if (Statuses.isFinal(status.getState())) {
                requests.finish(status.getCommandId());
            }
        } else if (status.getSource().equals(source) && status.getCapture() == null) {
            announcements.remember(status.getLastError());
        }
    }

    /** What was accepted, and is not in the topic any more, cannot be taken up. */
    private void answerForgotten() throws IOException {
        for (String id : ledger.open(source)) {
            if (requests.get(id).isEmpty()) {
                answer(Statuses.failed(
                        id, source, State.FAILED, Errno.ENODATA, "its command is not in the commands topic any more"));
                requests.finish(id);
            }
        }
    }

    /** Answers what has come since. */
    public void poll(Duration patience) throws IOException {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(patience)) {
            take(record);
        }
        unclaimed.poll();
    }

    private void take(ConsumerRecord<byte[], byte[]> record) throws IOException {
        String key = keyOf(record);
        CommandParser.Parsed parsed = parser.parse(record.value());
        String id = idOf(parsed, record);
        String owner = ledger.claim(id, key);
        if (!key.equals(source)) {
            return;
        }
        if (!owner.equals(source)) {
            reject(
                    placeOf(record),
                    Errno.EEXIST,
                    "the id '" + id + "' is that of a command for source '" + owner + "'; choose another");
        } else if (parsed instanceof CommandParser.Parsed.Malformed malformed) {
            reject(id, Errno.EINVAL, malformed.reason());
        } else if (parsed instanceof CommandParser.Parsed.Valid valid) {
            handle(valid.command());
        }
    }

    static String keyOf(ConsumerRecord<byte[], byte[]> record) {
        return record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    }

    /** A record without an id is known by its place. */
    static String idOf(CommandParser.Parsed parsed, ConsumerRecord<byte[], byte[]> record) {
        if (parsed instanceof CommandParser.Parsed.Valid valid) {
            return valid.command().getId();
        }
        String id = ((CommandParser.Parsed.Malformed) parsed).id();
        return id.isEmpty() ? placeOf(record) : id;
    }

    private static String placeOf(ConsumerRecord<byte[], byte[]> record) {
        return keyOf(record) + "@" + record.partition() + ":" + record.offset();
    }

    private void handle(Command command) throws IOException {
        switch (command.getType()) {
            case "snapshot" -> snapshot(command);
            case "cancel", "throttle", "pause", "resume" -> control(command);
            default -> reject(command.getId(), Errno.EINVAL, "unknown type of command: '" + command.getType() + "'");
        }
    }

    private void snapshot(Command command) throws IOException {
        String id = command.getId();
        Optional<Status> known = ledger.answer(id);
        if (known.isEmpty()) {
            acceptOrReject(command);
        } else if (ledger.isFinal(id)) {
            requests.finish(id);
        } else if (requests.get(id).isEmpty()) {
            takeUp(command, known.get());
        }
    }

    /** Goes on with what was accepted before a restart; the source's directories may be others now. */
    private void takeUp(Command command, Status known) throws IOException {
        try {
            requireNotFull();
            Catalog catalog = Catalog.read(kafka, source);
            Destination destination = rules(catalog).again(known.getPath(), known.getDirectory());
            requests.accept(request(command, destination, catalog));
        } catch (SinkException e) {
            answer(Statuses.failed(command.getId(), source, State.FAILED, e.errno(), e.getMessage()));
            requests.finish(command.getId());
        }
    }

    private void acceptOrReject(Command command) throws IOException {
        String id = command.getId();
        requests.judge(id);
        try {
            Catalog catalog = Catalog.read(kafka, source);
            SnapshotRequest request = check(command, catalog);
            Status accepted = Statuses.of(id, source, State.ACCEPTED, "waiting");
            accepted.setPath(request.destination().path().toString());
            accepted.setDirectory(request.destination().id());
            answer(accepted);
            requests.accept(request);
        } catch (SinkException e) {
            reject(id, e.errno(), e.getMessage());
        }
    }

    private SnapshotRequest check(Command command, Catalog catalog) throws IOException {
        Optional<SnapshotRequest> other = requests.first();
        if (Boolean.FALSE.equals(command.getData().getQueue()) && other.isPresent()) {
            throw new SinkException(
                    SinkException.Reason.BUSY,
                    Errno.EBUSY,
                    "snapshot '" + other.get().id() + "' of '" + source
                            + "' is under way; wait for it, or leave --no-queue out to wait in line");
        }
        requireNotFull();
        Destination destination = rules(catalog).check(command.getData().getDestination());
        SnapshotRequest request = request(command, destination, catalog);
        try {
            DestinationRules.requireRoom(tree, request);
            return request;
        } catch (IOException e) {
            request.close();
            throw e;
        }
    }

    private DestinationRules rules(Catalog catalog) {
        return new DestinationRules(fixedRules, catalog.directories(), requests.destinations());
    }

    private void requireNotFull() throws SinkException {
        if (requests.isFull()) {
            throw new SinkException(
                    SinkException.Reason.BUSY,
                    Errno.EBUSY,
                    SnapshotRequests.LIMIT + " snapshots of '" + source + "' wait already; command it again later");
        }
    }

    /** @param destination is closed when there is no request */
    private static SnapshotRequest request(Command command, Destination destination, Catalog catalog)
            throws IOException {
        Long throttle = command.getData().getThrottle();
        try {
            Exclusion exclusion = Exclusion.of(command.getData().getExclude());
            exclusion.requireSomethingLeft(catalog.directories());
            return new SnapshotRequest(
                    command.getId(),
                    destination,
                    throttle == null ? Rate.UNLIMITED : throttle,
                    new SourcePaths(catalog.directories()),
                    exclusion,
                    Boolean.TRUE.equals(command.getData().getKeepRunFiles()),
                    Boolean.TRUE.equals(command.getData().getAllowUnseen()));
        } catch (IllegalArgumentException e) {
            destination.close();
            throw new SinkException(SinkException.Reason.FAILED, Errno.EINVAL, e.getMessage(), e);
        }
    }

    /** What was commanded before a restart has its effect again, and no second answer. */
    private void control(Command command) throws IOException {
        boolean answered = ledger.answer(command.getId()).isPresent();
        String problem = problemOf(command);
        if (!problem.isEmpty()) {
            reject(command.getId(), Errno.EINVAL, problem);
            return;
        }
        String target = command.getData().getTarget();
        if (target == null) {
            if (!answered || ledger.isCompleted(command.getId())) {
                sourceThrottle.commanded(command.getData().getThrottle(), catchingUp);
            }
            complete(command.getId());
            return;
        }
        Optional<SnapshotRequest> request = requests.get(target);
        request.ifPresent(running -> influence(command, running));
        if (request.isPresent()) {
            complete(command.getId());
        } else {
            reject(command.getId(), Errno.ENOENT, noSnapshot(target));
        }
    }

    private static String problemOf(Command command) {
        boolean throttle = command.getType().equals("throttle");
        if (throttle && command.getData().getThrottle() == null) {
            return "no \"throttle\" given: bytes per second";
        }
        return !throttle && command.getData().getTarget() == null
                ? "no \"target\" given: the id of the snapshot to " + command.getType()
                : "";
    }

    private String noSnapshot(String target) {
        return ledger.isFinal(target)
                ? "snapshot '" + target + "' has ended already: " + ledger.lastState(target)
                : "no such snapshot: '" + target + "'";
    }

    private static void influence(Command command, SnapshotRequest request) {
        switch (command.getType()) {
            case "cancel" -> request.cancel();
            case "pause" -> request.setPaused(true);
            case "resume" -> request.setPaused(false);
            default -> request.setThrottle(command.getData().getThrottle());
        }
    }

    private void complete(String id) throws IOException {
        if (ledger.answer(id).isEmpty()) {
            answer(Statuses.of(id, source, State.COMPLETED, "done"));
        }
    }

    private void reject(String id, int errno, String message) throws IOException {
        if (ledger.answer(id).isEmpty()) {
            answer(Statuses.failed(id, source, State.REJECTED, errno, message));
            requests.finish(id);
        }
    }

    private void answer(Status status) throws IOException {
        announcements.outcome(status);
        ledger.answered(status);
    }

    @Override
    public void close() {
        unclaimed.close();
        consumer.close();
    }
}
