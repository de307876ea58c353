package io.catchwater.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.control.CommandClient;
import io.catchwater.cli.control.KafkaFailures;
import io.catchwater.cli.control.Outcomes;
import io.catchwater.cli.control.StatusTopic;
import io.catchwater.cli.progress.JsonMessages;
import io.catchwater.files.Errno;
import io.catchwater.schemas.control.Command;
import io.catchwater.schemas.control.Status;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;

/** What the verbs share that act on something under way. */
abstract class ControlVerb extends Verb {

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

    /** Something done with a connection. */
    interface Work {
        int with(CommandClient client) throws InterruptedException;
    }

    final int connected(Work work) throws InterruptedException {
        try (Connection connection = Connection.toRunning(this)) {
            try (CommandClient client = CommandClient.open(connection.deployment())) {
                return work.with(client);
            } catch (KafkaException e) {
                throw KafkaFailures.explain(connection.deployment(), e);
            }
        }
    }

    /**
     * The status of a snapshot that is under way.
     *
     * @throws CommandFailure when there is no such snapshot, or it has ended
     */
    static Status underWay(CommandClient client, String id) {
        Status status = client.command(id)
                .orElseThrow(() -> new CommandFailure(
                        ExitStatus.NOT_FOUND,
                        Errno.ENOENT,
                        "no such snapshot: " + id + "; 'catchwater status' shows those under way",
                        null));
        if (StatusTopic.isTerminal(status)) {
            throw new CommandFailure(
                    ExitStatus.NOT_FOUND,
                    Errno.ENOENT,
                    "snapshot " + id + " of " + status.getSource() + " has ended already: " + word(status),
                    null);
        }
        return status;
    }

    /** Sends a command and waits for its answer; everything but COMPLETED is a failure. */
    static void order(CommandClient client, String source, Command command) throws InterruptedException {
        client.requireServed(source);
        client.send(source, command);
        Status answer = answer(client, command.getId(), source);
        ExitStatus outcome = Outcomes.of(answer);
        if (outcome != ExitStatus.DONE) {
            ExitStatus status = answer.getErrorCode() == Errno.ENOENT ? ExitStatus.NOT_FOUND : outcome;
            throw new CommandFailure(status, answer.getErrorCode(), answer.getErrorString(), null);
        }
    }

    /** Waits for the end of a command that ends soon. */
    static Status answer(CommandClient client, String id, String source) throws InterruptedException {
        try {
            return client.await(id, ANSWER_LIMIT, status -> {});
        } catch (TimeoutException e) {
            throw new CommandFailure(
                    ExitStatus.FAILED,
                    "the sink of " + source + " does not answer " + id + "; see 'catchwater status --source " + source
                            + "'",
                    e);
        }
    }

    static String word(Status status) {
        return status.getState().name().toLowerCase(Locale.ROOT);
    }

    /** Says what was done. */
    final void tell(String snapshot, String source, String state, String words) {
        if (json()) {
            ObjectNode summary = JsonMessages.message("summary");
            if (snapshot != null) {
                summary.put("id", snapshot);
            }
            jsonMessages().write(summary.put("source", source).put("state", state));
        } else {
            console().out().println(words);
        }
    }
}
