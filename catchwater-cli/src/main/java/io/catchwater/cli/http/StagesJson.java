package io.catchwater.cli.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.catchwater.cli.control.StagePulse;
import io.catchwater.schemas.control.State;
import io.catchwater.schemas.control.Status;
import java.util.Locale;
import java.util.OptionalDouble;

/** The three stages of a source, each with its state: running, silent, failed, idle, or unknown as long as nobody can know. */
final class StagesJson {

    /** Statuses and watermarks come at least every second: after so long, in seconds, a stage counts as silent. */
    private static final double SILENCE_LIMIT = 5;

    private final PageView view;
    private final double sinkSilence;

    /** @param sinkSilence seconds since the source's last status, which the sink gives */
    StagesJson(PageView view, double sinkSilence) {
        this.view = view;
        this.sinkSilence = sinkSilence;
    }

    ArrayNode of(Status status) {
        StagePulse.Silence pulse = view.pulses()
                .getOrDefault(
                        status.getSource(), new StagePulse.Silence(OptionalDouble.empty(), OptionalDouble.empty()));
        ArrayNode stages = JsonNodeFactory.instance.arrayNode();
        stages.add(stage("bridge", "capturing", state(pulse.bridge()), pulse.bridge()));
        stages.add(stage("stream", "ordering", stream(pulse), pulse.stream()));
        stages.add(stage("sink", status.getPhase(), sink(status), OptionalDouble.of(sinkSilence)));
        return stages;
    }

    private static ObjectNode stage(String name, String phase, String state, OptionalDouble silence) {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("stage", name);
        node.put("phase", phase).put("state", state);
        if (silence.isPresent()) {
            node.put("silent_seconds", Math.round(silence.getAsDouble() * 10) / 10.0);
        } else {
            node.putNull("silent_seconds");
        }
        return node;
    }

    private static String state(OptionalDouble silence) {
        if (silence.isEmpty()) {
            return "unknown";
        }
        return silence.getAsDouble() > SILENCE_LIMIT ? "silent" : "running";
    }

    /** While nothing comes from the bridge there is nothing to put in order. */
    private static String stream(StagePulse.Silence pulse) {
        boolean starved = state(pulse.bridge()).equals("silent");
        String own = state(pulse.stream());
        return starved && own.equals("silent") ? "idle" : own;
    }

    private String sink(Status status) {
        if (status.getState() == State.FAILED) {
            return status.getState().name().toLowerCase(Locale.ROOT);
        }
        return state(OptionalDouble.of(sinkSilence));
    }
}
