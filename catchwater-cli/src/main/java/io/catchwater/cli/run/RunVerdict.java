package io.catchwater.cli.run;

import io.catchwater.cli.ExitStatus;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.sink.cut.UncoveredWords;
import java.util.List;
import java.util.Optional;

/**
 * Whether the backup of a run is known to be right, and what the process ends with. A program that ended well does not
 * make a backup right.
 *
 * @param exitCode 0 to 255
 * @param problems one line each, the first gave the exit code; none when the backup is right
 */
record RunVerdict(int exitCode, List<String> problems) {

    RunVerdict {
        problems = List.copyOf(problems);
    }

    /**
     * What is known at the end of a run.
     *
     * @param programStatus of the program, 0 where none was run
     * @param program as the user named it, where one was run
     * @param fault of a stage
     * @param applied whether the replica has everything that was captured
     * @param standsStill whether a copy is open whose rate is 0
     * @param processesSeen programs that began under the hook
     * @param unseen what was not provably captured
     * @param unseenAllowed whether that is no reason to end otherwise than the program did
     */
    record Findings(
            int programStatus,
            Optional<String> program,
            Optional<Throwable> fault,
            boolean applied,
            boolean standsStill,
            int processesSeen,
            List<Uncovered> unseen,
            boolean unseenAllowed) {}

    static RunVerdict of(Findings found) {
        if (found.fault().isPresent()) {
            return problem(
                    ExitStatus.FAILED,
                    "the backup failed: " + words(found.fault().get()));
        }
        if (!found.applied()) {
            return problem(
                    ExitStatus.INCOMPLETE,
                    found.standsStill()
                            ? "the copy stands still, its rate is 0; run again with the same replica and --throttle RATE or none to complete it"
                            : "the replica does not have the last changes yet; run again with the same replica to complete it");
        }
        if (found.program().isPresent() && found.processesSeen() == 0) {
            return notCaptured(
                    found,
                    List.of(
                            found.program().get()
                                    + " never came under capture (the hook could not be loaded into it): its changes may be missing"));
        }
        if (!found.unseen().isEmpty()) {
            return notCaptured(
                    found,
                    UncoveredWords.lines(found.unseen()).stream()
                            .map(line -> "not captured: " + line)
                            .toList());
        }
        return new RunVerdict(found.programStatus(), List.of());
    }

    private static RunVerdict notCaptured(Findings found, List<String> problems) {
        return new RunVerdict(found.unseenAllowed() ? found.programStatus() : ExitStatus.NOT_CAPTURED.code(), problems);
    }

    /** True when the replica is known to hold what the source held. */
    boolean isRight() {
        return problems.isEmpty();
    }

    private static RunVerdict problem(ExitStatus status, String line) {
        return new RunVerdict(status.code(), List.of(line));
    }

    private static String words(Throwable fault) {
        String message = fault.getMessage();
        return message == null || message.isBlank()
                ? fault.toString()
                : message.lines().findFirst().orElse("");
    }
}
