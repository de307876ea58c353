package io.catchwater.sink.control;

import io.catchwater.files.Errno;
import io.catchwater.schemas.CommandParser;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.control.Command;
import io.catchwater.schemas.control.State;
import io.catchwater.schemas.control.Status;
import io.catchwater.sink.intake.KafkaAccess;
import io.catchwater.sink.intake.RecordReader;
import io.catchwater.sink.intake.TopicScan;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers commands for sources that nobody knows. All sinks are a group, so that one of them does.
 *
 * <p>Used by one thread.
 */
final class UnclaimedCommands implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(UnclaimedCommands.class);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);
    private static final String GROUP = "catchwater-unclaimed-commands";

    private final KafkaAccess kafka;
    private final Announcements announcements;
    private final CommandParser parser;
    private final Consumer<byte[], byte[]> consumer;

    UnclaimedCommands(KafkaAccess kafka, Announcements announcements) {
        this.kafka = kafka;
        this.announcements = announcements;
        this.parser = new CommandParser(kafka.serialization().deserializer(Command.class));
        this.consumer = kafka.groupConsumer(GROUP);
        consumer.subscribe(List.of(Topics.COMMANDS));
    }

    /** Answers what has come; does not wait. */
    void poll() throws IOException {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        consumer.poll(Duration.ZERO).forEach(records::add);
        if (records.isEmpty()) {
            return;
        }
        Known known = Known.read(kafka);
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (!known.sources().contains(CommandReader.keyOf(record))) {
                answer(record, known.ids());
            }
        }
        try {
            consumer.commitSync();
        } catch (CommitFailedException | RebalanceInProgressException e) {
            LOG.info("another sink answers commands for unknown sources now: {}", e.getMessage());
        }
    }

    private void answer(ConsumerRecord<byte[], byte[]> record, Set<String> answered) throws IOException {
        CommandParser.Parsed parsed = parser.parse(record.value());
        String id = CommandReader.idOf(parsed, record);
        if (!answered.add(id)) {
            return;
        }
        String key = CommandReader.keyOf(record);
        Status status = parsed instanceof CommandParser.Parsed.Malformed malformed
                ? Statuses.failed(id, key, State.REJECTED, Errno.EINVAL, malformed.reason())
                : Statuses.failed(id, key, State.REJECTED, Errno.ENOENT, "no such source: '" + key + "'");
        announcements.outcome(status);
    }

    /** What the topics hold now. */
    private record Known(Set<String> sources, Set<String> ids) {

        static Known read(KafkaAccess kafka) throws IOException {
            Known known = new Known(new HashSet<>(Catalog.read(kafka, "").sources()), new HashSet<>());
            RecordReader<Status> reader =
                    new RecordReader<>(kafka.serialization().deserializer(Status.class));
            try (Consumer<byte[], byte[]> statuses = kafka.consumer()) {
                TopicScan.readAll(statuses, Topics.STATUS, record -> {
                    if (record.value() != null) {
                        known.add(reader.read(record));
                    }
                });
            }
            return known;
        }

        private void add(Status status) {
            if (status.getCommandId().isEmpty()) {
                sources.add(status.getSource());
            } else {
                ids.add(status.getCommandId());
            }
        }
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(CLOSE_PATIENCE));
    }
}
