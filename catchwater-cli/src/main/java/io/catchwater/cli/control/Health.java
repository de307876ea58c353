package io.catchwater.cli.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.catchwater.cli.progress.Quantities;
import io.catchwater.cli.restore.Moments;
import io.catchwater.schemas.control.Capture;
import io.catchwater.schemas.control.CapturedProcess;
import io.catchwater.schemas.control.State;
import io.catchwater.schemas.control.Status;
import io.catchwater.schemas.control.UncapturedProcess;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.event.UncoveredKind;
import io.catchwater.sink.cut.UncoveredWords;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Whether all that changes a source is captured: it is degraded when a writer may be unseen.
 *
 * @param source its name
 * @param capture what the bridge says; empty when it has said nothing
 * @param silentSince when it said that last, if it should have said more by now; nanoseconds since 1970, else 0
 * @param programs captured ones of which a part is not seen
 */
public record Health(String source, Optional<Capture> capture, long silentSince, List<Uncovered> programs) {

    /** A bridge says who is captured every five seconds: after so long, in seconds, it is not there. */
    static final long SILENCE_LIMIT = 15;

    /** Captured programs that a line names, the newest. */
    private static final int NAMED = 5;

    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final Set<UncoveredKind> PARTLY_SEEN =
            EnumSet.of(UncoveredKind.INTERPOSED, UncoveredKind.UNPATCHED_CALLS);
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    /**
     * As two statuses say it.
     *
     * @param bridge the bridge's last, if there is one
     * @param status the source's
     */
    public static Health of(Optional<Status> bridge, Status status, Instant now) {
        long nowNs = now.getEpochSecond() * NS_PER_SECOND + now.getNano();
        long silentSince = bridge.filter(last ->
                        last.getState() != State.RUNNING || nowNs - last.getTimeNs() > SILENCE_LIMIT * NS_PER_SECOND)
                .map(Status::getTimeNs)
                .orElse(0L);
        List<Uncovered> programs = status.getUnseen().stream()
                .filter(fact -> PARTLY_SEEN.contains(fact.getKind()))
                .toList();
        return new Health(status.getSource(), bridge.map(Status::getCapture), silentSince, programs);
    }

    /** True when a writer may be unseen, or has been and what it changed is not read again yet. */
    public boolean isDegraded() {
        return capture.isEmpty()
                || silentSince != 0
                || !programs.isEmpty()
                || capture.get().getUncapturedCount() > 0
                || capture.get().getUnseenSinceNs() != 0;
    }

    /** Why it is degraded and what to do, one line each; none when it is not. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        if (capture.isEmpty()) {
            lines.add("not captured: no bridge has said that it captures this source");
        } else if (silentSince != 0) {
            lines.add("not captured: nothing has come from its bridge since " + time(silentSince)
                    + ": start 'catchwater run' or 'bridge', and the programs with " + exec("PROGRAM"));
        } else {
            Capture now = capture.get();
            now.getUncaptured().forEach(writer -> lines.add(line(writer)));
            int more = now.getUncapturedCount() - now.getUncaptured().size();
            if (more > 0) {
                lines.add("not captured: " + Quantities.count(more, "more process", "more processes"));
            }
            if (now.getUncapturedCount() == 0 && now.getUnseenSinceNs() != 0) {
                lines.add("changed unseen, or may have been, since " + time(now.getUnseenSinceNs())
                        + ": it is being looked for and read again");
            }
        }
        programs.forEach(fact -> lines.add("not captured: " + UncoveredWords.line(fact)));
        return lines;
    }

    private String line(UncapturedProcess writer) {
        String program = writer.getProgram().isEmpty() ? "a process" : writer.getProgram();
        return "not captured: " + program + " (pid " + writer.getPid() + ") since " + time(writer.getSinceNs())
                + ", has " + Quantities.count(writer.getFiles(), "file", "files") + " open for writing ("
                + Unseen.printable(writer.getPath()) + (writer.getFiles() > 1 ? ", …" : "") + ")"
                + why(writer, program);
    }

    private String why(UncapturedProcess writer, String program) {
        return switch (writer.getReason()) {
            case EARLIER_CAPTURE -> ", was started under an earlier capture: restart it with " + exec(program);
            case NOT_STARTED_UNDER_CAPTURE -> ", was not started under capture: restart it with " + exec(program);
            case STATIC -> ", is linked statically, which cannot be captured: link it dynamically, or end it";
            case MAY_NOT_WRITE ->
                ", runs as a user who may not write to the ring: let it write to the watched directory, or end it";
            case UNKNOWN -> ": restart it with " + exec(program);
        };
    }

    private String exec(String program) {
        return "'catchwater exec --source " + source + " -- " + program + " …'";
    }

    private static String time(long timeNs) {
        var moment = Moments.instant(timeNs).atZone(ZoneId.systemDefault());
        boolean today = moment.toLocalDate()
                .equals(Instant.now().atZone(ZoneId.systemDefault()).toLocalDate());
        return (today ? CLOCK : DAY).format(moment);
    }

    /** As JSON: health, its reasons as lines, who is captured and who is not. */
    public void fill(ObjectNode node) {
        node.put("health", isDegraded() ? "degraded" : "ok");
        lines().forEach(node.withArray("health_lines")::add);
        node.withArray("health_lines");
        node.withArray("captured");
        node.withArray("uncaptured");
        node.putNull("unseen_since").putNull("detection_limited");
        capture.ifPresent(now -> {
            now.getCaptured().forEach(each -> process(node.withArray("captured").addObject(), each));
            now.getUncaptured()
                    .forEach(each -> process(node.withArray("uncaptured").addObject(), each));
            if (now.getUnseenSinceNs() != 0) {
                node.put("unseen_since", Moments.instant(now.getUnseenSinceNs()).toString());
            }
            node.put("detection_limited", now.getLimited());
        });
        node.put("captured_count", capture.map(Capture::getCapturedCount).orElse(0));
        node.put("uncaptured_count", capture.map(Capture::getUncapturedCount).orElse(0));
    }

    private static void process(ObjectNode node, CapturedProcess each) {
        node.put("pid", each.getPid()).put("program", each.getProgram());
        node.put("since", Moments.instant(each.getSinceNs()).toString());
    }

    private static void process(ObjectNode node, UncapturedProcess each) {
        node.put("pid", each.getPid()).put("program", each.getProgram());
        node.put("since", Moments.instant(each.getSinceNs()).toString());
        node.put("files", each.getFiles()).put("path", Unseen.printable(each.getPath()));
        node.put("reason", each.getReason().name());
    }

    /** Programs that are captured, one line; empty when there are none. */
    public String capturedLine() {
        Capture now = capture.orElse(null);
        if (now == null || silentSince != 0 || now.getCaptured().isEmpty()) {
            return "";
        }
        List<String> named = now.getCaptured().stream()
                .skip(Math.max(0, now.getCaptured().size() - NAMED))
                .map(each -> each.getProgram() + " (pid " + each.getPid() + ") since " + time(each.getSinceNs()))
                .toList();
        int more = now.getCapturedCount() - named.size();
        return "captured: " + String.join(", ", named) + (more > 0 ? " and " + more + " more" : "");
    }
}
