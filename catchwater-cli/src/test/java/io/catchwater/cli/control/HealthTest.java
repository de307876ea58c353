package io.catchwater.cli.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.catchwater.schemas.UncoveredFacts;
import io.catchwater.schemas.control.Capture;
import io.catchwater.schemas.control.CapturedProcess;
import io.catchwater.schemas.control.State;
import io.catchwater.schemas.control.Status;
import io.catchwater.schemas.control.UncapturedProcess;
import io.catchwater.schemas.control.UncapturedReason;
import io.catchwater.schemas.event.UncoveredKind;
import io.catchwater.sink.control.Statuses;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class HealthTest {

    private static final Instant NOW = Instant.ofEpochSecond(2_000_000_000L);
    private static final long NOW_NS = 2_000_000_000_000_000_000L;

    private static UncapturedProcess writer(UncapturedReason reason) {
        return new UncapturedProcess(
                4711,
                "/usr/bin/postgres",
                NOW_NS,
                14,
                ByteBuffer.wrap("base/1".getBytes(StandardCharsets.UTF_8)),
                reason);
    }

    private static Health health(long unseenSinceNs, long saidNs, State state, UncapturedProcess... writers) {
        Status bridge = Statuses.of("", "app", state, "capturing");
        bridge.setTimeNs(saidNs);
        bridge.setCapture(new Capture(
                List.of(new CapturedProcess(8, "/bin/app", NOW_NS)),
                1,
                List.of(writers),
                writers.length,
                unseenSinceNs,
                false));
        return Health.of(Optional.of(bridge), Statuses.of("", "app", State.RUNNING, "following"), NOW);
    }

    @Test
    void isFineWhereAllIsCaptured() {
        Health fine = health(0, NOW_NS - 14_000_000_000L, State.RUNNING);
        assertThat(fine.isDegraded()).isFalse();
        assertThat(fine.lines()).isEmpty();
        assertThat(fine.capturedLine()).startsWith("captured: /bin/app (pid 8) since ");
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        fine.fill(node);
        assertThat(node.path("health").asText()).isEqualTo("ok");
        assertThat(node.path("captured").get(0).path("pid").asInt()).isEqualTo(8);
        assertThat(node.path("uncaptured")).isEmpty();
    }

    @Test
    void namesAWriterInOneLineWithWhatToDo() {
        Health degraded = health(1, NOW_NS, State.RUNNING, writer(UncapturedReason.EARLIER_CAPTURE));
        assertThat(degraded.isDegraded()).isTrue();
        assertThat(degraded.lines())
                .singleElement()
                .asString()
                .contains(
                        "not captured: /usr/bin/postgres (pid 4711) since ",
                        "has 14 files open for writing (base/1, …)")
                .endsWith("was started under an earlier capture: restart it with"
                        + " 'catchwater exec --source app -- /usr/bin/postgres …'");
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        degraded.fill(node);
        assertThat(node.path("health").asText()).isEqualTo("degraded");
        assertThat(node.path("uncaptured").get(0).path("reason").asText()).isEqualTo("EARLIER_CAPTURE");
        assertThat(node.path("unseen_since").asText()).startsWith("1970-");
        assertThat(health(0, NOW_NS, State.RUNNING, writer(UncapturedReason.STATIC))
                        .lines()
                        .get(0))
                .doesNotContain("restart");
    }

    @Test
    void isDegradedWhileWhatWasChangedUnseenIsNotReadAgain() {
        Health waiting = health(NOW_NS, NOW_NS, State.RUNNING);
        assertThat(waiting.isDegraded()).isTrue();
        assertThat(waiting.lines()).singleElement().asString().contains("changed unseen");
    }

    /** Nobody captures: the sink follows what will never come. */
    @Test
    void isDegradedWithoutABridge() {
        assertThat(health(0, NOW_NS - 16_000_000_000L, State.RUNNING).lines())
                .singleElement()
                .asString()
                .contains("nothing has come from its bridge since");
        assertThat(health(0, NOW_NS, State.COMPLETED).isDegraded()).isTrue();
        Health silent = Health.of(Optional.empty(), Statuses.of("", "app", State.RUNNING, "following"), NOW);
        assertThat(silent.isDegraded()).isTrue();
        assertThat(silent.lines()).hasSize(1);
    }

    @Test
    void isDegradedByAProgramOfWhichAPartIsNotSeen() {
        Status bridge = Statuses.of("", "app", State.RUNNING, "capturing");
        bridge.setTimeNs(NOW_NS);
        bridge.setCapture(new Capture(List.of(), 0, List.of(), 0, 0L, false));
        Status status = Statuses.of("", "app", State.RUNNING, "following");
        Statuses.setUnseen(
                status,
                List.of(
                        UncoveredFacts.ofProcess(UncoveredKind.INTERPOSED, 8, "/bin/app"),
                        UncoveredFacts.ofFile(UncoveredKind.MAPPED, new byte[] {'f'})));
        assertThat(Health.of(Optional.of(bridge), status, NOW).lines())
                .singleElement()
                .asString()
                .contains("/bin/app is captured by symbol interposition only");
    }
}
