package io.catchwater.cli.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.progress.Console;
import io.catchwater.cli.progress.JsonMessages;
import io.catchwater.cli.progress.Progress;
import io.catchwater.cli.progress.Quantities;
import io.catchwater.schemas.Lsn;
import java.time.Duration;
import java.util.Optional;

/** What a stage that has a process to itself says, all of it on standard output. */
final class StageReport {

    private static final String LATE = "not everything that was captured is in Kafka; the next bridge copies anew";

    private final SoleStage stage;
    private final Console console;
    private final boolean json;

    StageReport(SoleStage stage, Console console, boolean json) {
        this.stage = stage;
        this.console = console;
        this.json = json;
    }

    /** It serves. */
    void ready(Duration took, Optional<String> page) {
        if (json) {
            ObjectNode node = message("status").put("phase", "ready").put("seconds_elapsed", took.toMillis() / 1000.0);
            page.ifPresent(url -> node.put("page", url));
            new JsonMessages(console.out()).write(node);
            return;
        }
        String about = stage.about().isEmpty() ? "" : " (" + stage.about() + ")";
        say(stage.name() + " of " + stage.source() + about + ", ready in " + Quantities.duration(took));
        if (!stage.hint().isEmpty()) {
            say(stage.hint());
        }
        page.ifPresent(url -> say("page at " + url));
    }

    /** The last words. */
    void ended(ExitStatus status) {
        Optional<Progress> progress = stage.progress();
        boolean complete = status == ExitStatus.DONE;
        if (json) {
            ObjectNode summary =
                    message("summary").put("exit_status", status.code()).put("complete", complete);
            progress.ifPresent(now -> JsonMessages.fill(summary, now).put("lsn_text", Lsn.format(now.lsn())));
            if (!complete) {
                summary.withArray("problems").add(LATE);
            }
            new JsonMessages(console.out()).write(summary);
        } else if (complete) {
            String lsn = progress.map(now -> " at LSN " + Lsn.format(now.lsn())).orElse("");
            say(stage.name() + " of " + stage.source() + " ended" + lsn);
        }
        if (!complete) {
            console.err().println("catchwater: " + LATE);
            console.err().flush();
        }
    }

    private ObjectNode message(String type) {
        return JsonMessages.message(type).put("source", stage.source()).put("stage", stage.name());
    }

    private void say(String line) {
        console.out().println("catchwater: " + line);
        console.out().flush();
    }
}
