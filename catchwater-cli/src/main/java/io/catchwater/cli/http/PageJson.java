package io.catchwater.cli.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.catchwater.cli.control.Health;
import io.catchwater.cli.control.ServedWindows;
import io.catchwater.cli.control.StagePulse;
import io.catchwater.cli.control.Unseen;
import io.catchwater.cli.progress.JsonMessages;
import io.catchwater.cli.progress.Progress;
import io.catchwater.cli.restore.Moments;
import io.catchwater.cli.restore.WindowJson;
import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.control.LastError;
import io.catchwater.schemas.control.RingBegun;
import io.catchwater.schemas.control.SnapshotSealed;
import io.catchwater.schemas.control.State;
import io.catchwater.schemas.control.Status;
import io.catchwater.sink.control.RestorableWindows;
import io.catchwater.sink.intake.KnownEnd;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What a view looks like as JSON; names and units are those of {@code --json}. */
final class PageJson {

    /** Sealed snapshots that are told of, the newest of each source. */
    private static final int SEALED_LIMIT = 200;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final long NS_PER_MS = 1_000_000L;
    private static final double MS_PER_SECOND = 1e3;
    private static final double NS_PER_SECOND = 1e9;

    private final PageView view;
    private final long nowMs;

    /** @param nowMs milliseconds since 1970, from which silence is counted */
    PageJson(PageView view, long nowMs) {
        this.view = view;
        this.nowMs = nowMs;
    }

    ObjectNode all() {
        ObjectNode node = NODES.objectNode().put("time", time(nowMs * NS_PER_MS));
        node.put("problem", problem());
        node.set("sources", sources());
        node.set("snapshots", snapshots());
        node.set("windows", windows());
        return node;
    }

    /** Why this may be old; empty when it is not. */
    private String problem() {
        double age = age();
        return view.problem().isEmpty() && age > StagesJson.SILENCE_LIMIT
                ? "the broker has not answered for " + Math.round(age) + " s"
                : view.problem();
    }

    private double age() {
        return Math.max(0, nowMs - view.timeMs()) / MS_PER_SECOND;
    }

    ArrayNode sources() {
        ArrayNode sources = NODES.arrayNode();
        view.sources().forEach(status -> sources.add(source(status)));
        return sources;
    }

    private ObjectNode source(Status status) {
        ObjectNode node = about(status);
        node.put("silent_seconds", silence(status));
        Unseen.fill(node, status.getUnseen());
        Health health = view.health().get(status.getSource());
        if (health != null) {
            health.fill(node);
        }
        node.set("last_error", lastError(status.getLastError()));
        List<RingBegun> rings = view.catalog().rings(status.getSource());
        ArrayNode directories = node.putArray("directories");
        rings.stream()
                .skip(Math.max(0, rings.size() - 1))
                .forEach(ring -> ring.getDirectories().forEach(directories::add));
        node.set("stages", new StagesJson(view, age(), silence(status)).of(status));
        return node;
    }

    /** Of commands: those that go on, with queued ones, those that have ended; and what is sealed. */
    ObjectNode snapshots() {
        ObjectNode node = NODES.objectNode();
        ArrayNode running = node.putArray("running");
        view.running().stream()
                .sorted(Comparator.comparing((Status status) -> status.getState() == State.ACCEPTED)
                        .thenComparingLong(Status::getTimeNs))
                .forEach(status -> running.add(about(status)));
        ArrayNode ended = node.putArray("ended");
        view.ended().forEach(status -> ended.add(about(status)));
        ArrayNode sealed = node.putArray("sealed");
        names().forEach(name -> newest(name).forEach(snapshot -> sealed.add(sealed(name, snapshot))));
        return node;
    }

    /** Restorable ones; what tells the end of one is null while it reaches until now. */
    ArrayNode windows() {
        ArrayNode windows = NODES.arrayNode();
        names().forEach(name -> windows(name)
                .windows()
                .windows()
                .forEach(window -> WindowJson.fill(
                        windows.addObject().put("source", name), windows(name).reachesNow(window), window)));
        return windows;
    }

    /** A window goes on until now while its bridge is heard, and else ended when it was heard last. */
    private ServedWindows windows(String name) {
        double silent = silentBridge(name);
        long reachedLsn = view.sources().stream()
                .filter(status -> status.getSource().equals(name))
                .mapToLong(Status::getLsn)
                .findFirst()
                .orElse(Lsn.NONE);
        long heardNs = nowMs * NS_PER_MS - (long) (silent * NS_PER_SECOND);
        RestorableWindows windows = view.catalog().windows(name, new KnownEnd.Point(reachedLsn, heardNs));
        return new ServedWindows(windows, silent <= StagesJson.SILENCE_LIMIT);
    }

    private double silentBridge(String name) {
        StagePulse.Silence silence = view.pulses().get(name);
        return age() + (silence == null ? 0 : silence.bridge().orElse(0));
    }

    private Set<String> names() {
        Set<String> names = new TreeSet<>(view.catalog().sources());
        view.sources().forEach(status -> names.add(status.getSource()));
        return names;
    }

    private Stream<SnapshotSealed> newest(String name) {
        List<SnapshotSealed> all = view.catalog().snapshots(name);
        return all.stream().skip(Math.max(0, all.size() - SEALED_LIMIT));
    }

    private static ObjectNode sealed(String name, SnapshotSealed snapshot) {
        ObjectNode node = NODES.objectNode().put("source", name).put("id", snapshot.getId());
        node.put("path", snapshot.getDestination()).put("time", time(snapshot.getTimeNs()));
        node.put("lsn", snapshot.getLsn()).put("lsn_text", Lsn.format(snapshot.getLsn()));
        return node.put("files", snapshot.getFiles()).put("bytes", snapshot.getBytes());
    }

    private static ObjectNode about(Status status) {
        ObjectNode node = NODES.objectNode().put("source", status.getSource());
        node.put("id", status.getCommandId());
        node.put("state", status.getState().name()).put("path", status.getPath());
        node.put("time", time(status.getTimeNs()));
        JsonMessages.fill(node, Progress.of(status));
        node.put("lsn_text", Lsn.format(status.getLsn()));
        node.put("changes_per_second", status.getChangesPerSecond()).put("converging", status.getConverging());
        node.put("progress_text", status.getProgressText()).put("current_file", status.getCurrentFile());
        return node.put("error_code", status.getErrorCode()).put("error_string", status.getErrorString());
    }

    private static ObjectNode lastError(LastError error) {
        return error == null
                ? null
                : NODES.objectNode()
                        .put("id", error.getCommandId())
                        .put("error_code", error.getErrorCode())
                        .put("error_string", error.getErrorString())
                        .put("time", time(error.getTimeNs()));
    }

    private double silence(Status status) {
        return Math.max(0, nowMs - status.getTimeNs() / NS_PER_MS) / MS_PER_SECOND;
    }

    private static String time(long timeNs) {
        return Moments.instant(timeNs).toString();
    }
}
