package io.catchwater.sink.control;

import io.catchwater.schemas.control.State;
import io.catchwater.schemas.control.Status;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Which source an id belongs to, and what was answered to it last. An id belongs to the source of the first command that
 * has it; another source's command of the same id is another command, and has to be told so under another name.
 *
 * <p>Used by one thread.
 */
final class CommandLedger {

    private final Map<String, String> owners = new HashMap<>();
    private final Map<String, Status> answers = new HashMap<>();

    /** A status was found in the topic; later ones come after earlier ones. */
    void found(Status status) {
        owners.put(status.getCommandId(), status.getSource());
        answers.put(status.getCommandId(), status);
    }

    /**
     * A command was read.
     *
     * @return the source that its id belongs to
     */
    String claim(String id, String source) {
        String owner = owners.putIfAbsent(id, source);
        return owner == null ? source : owner;
    }

    /** A status was given. */
    void answered(Status status) {
        answers.put(status.getCommandId(), status);
    }

    /** What was answered last. */
    Optional<Status> answer(String id) {
        return Optional.ofNullable(answers.get(id));
    }

    /** True when no more will be answered. */
    boolean isFinal(String id) {
        return answer(id).map(Status::getState).filter(Statuses::isFinal).isPresent();
    }

    /** Ids of a source that were accepted and have no end yet. */
    Iterable<String> open(String source) {
        return answers.values().stream()
                .filter(status -> status.getSource().equals(source) && !Statuses.isFinal(status.getState()))
                .map(Status::getCommandId)
                .toList();
    }

    /** True when it was done as it was asked for. */
    boolean isCompleted(String id) {
        return answer(id).filter(status -> status.getState() == State.COMPLETED).isPresent();
    }

    /** What was answered last to an id, in a word. */
    String lastState(String id) {
        return answer(id)
                .map(status -> status.getState().name().toLowerCase(Locale.ROOT))
                .orElse("unknown");
    }
}
