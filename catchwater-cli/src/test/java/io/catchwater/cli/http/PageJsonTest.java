package io.catchwater.cli.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.catchwater.cli.control.Catalog;
import io.catchwater.cli.control.StagePulse.Silence;
import io.catchwater.schemas.GeneratedClasses;
import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.control.BaseComplete;
import io.catchwater.schemas.control.CatalogEntry;
import io.catchwater.schemas.control.Gap;
import io.catchwater.schemas.control.GapKind;
import io.catchwater.schemas.control.LastError;
import io.catchwater.schemas.control.RingBegun;
import io.catchwater.schemas.control.SnapshotSealed;
import io.catchwater.schemas.control.State;
import io.catchwater.schemas.control.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class PageJsonTest {
    static {
        GeneratedClasses.trust();
    }

    private static final long SECOND_NS = 1_000_000_000L;
    private static final long NOW_MS = 1_000_000;

    private final List<CatalogEntry> entries = new ArrayList<>();

    private static Status status(String id, State state, long timeNs) {
        return Status.newBuilder()
                .setCommandId(id)
                .setSource("app")
                .setState(state)
                .setPhase("following")
                .setPercentDone(0)
                .setBytesDone(0)
                .setBytesTotal(0)
                .setFilesDone(0)
                .setFilesTotal(0)
                .setBytesPerSecond(0)
                .setThrottle(-1)
                .setSecondsElapsed(0)
                .setLagBytes(0)
                .setLagSeconds(0)
                .setLsn(0)
                .setTimeNs(timeNs)
                .setPath("/replica")
                .setErrorCode(0)
                .setErrorString("")
                .setUncovered(List.of())
                .setUnseen(List.of())
                .build();
    }

    private PageJson json(Status source, Silence silence, Status... running) {
        return json(NOW_MS, source, silence, running);
    }

    private PageJson json(long viewMs, Status source, Silence silence, Status... running) {
        PageView view = new PageView(
                viewMs,
                List.of(source),
                List.of(running),
                List.of(),
                new Catalog(entries),
                Map.of("app", silence),
                Map.of(),
                "");
        return new PageJson(view, NOW_MS);
    }

    private PageJson json() {
        return json(
                status("", State.RUNNING, NOW_MS * 1_000_000), new Silence(OptionalDouble.of(0), OptionalDouble.of(0)));
    }

    private static String state(PageJson json, int stage) {
        return json.sources().get(0).path("stages").get(stage).path("state").asText();
    }

    @Test
    void aWindowEndsWhereNobodyCaptured() {
        long first = Lsn.of(1, 64);
        entries.add(new CatalogEntry("app", new BaseComplete(1L, first, 10 * SECOND_NS, List.of(), Lsn.of(1, 640))));
        entries.add(new CatalogEntry("app", new RingBegun(1L, List.of("/old"), 5 * SECOND_NS)));
        entries.add(new CatalogEntry("app", new RingBegun(2L, List.of("/srv/app"), 40 * SECOND_NS)));
        entries.add(
                new CatalogEntry("app", new BaseComplete(Lsn.of(2, 0), Lsn.of(2, 64), 60 * SECOND_NS, List.of(), 0L)));
        entries.add(new CatalogEntry(
                "app",
                new Gap(
                        Lsn.of(1, 640),
                        30 * SECOND_NS,
                        Lsn.of(2, 64),
                        60 * SECOND_NS,
                        GapKind.NOT_CAPTURING,
                        "no bridge")));
        entries.add(new CatalogEntry(
                "app",
                new Gap(
                        Lsn.of(1, 128),
                        12 * SECOND_NS,
                        Lsn.of(1, 256),
                        15 * SECOND_NS,
                        GapKind.COPY_OPEN,
                        "heal of one file: x.db")));
        JsonNode windows = json().windows();
        assertThat(windows.get(0).path("to_time").asText()).isEqualTo("1970-01-01T00:00:30Z");
        assertThat(windows.get(0).path("to_lsn_text").asText()).isEqualTo("1/A");
        assertThat(windows.get(0).path("then").asText()).isEqualTo("nobody captured: no bridge");
        assertThat(windows.get(0).path("holes").get(0).path("reason").asText()).isEqualTo("heal of one file: x.db");
        assertThat(windows.get(1).path("to_time").isNull()).isTrue();
        assertThat(json().sources().get(0).path("directories").toString()).isEqualTo("[\"/srv/app\"]");
    }

    @Test
    void aWindowEndsWhenItsBridgeWasHeardLast() {
        entries.add(new CatalogEntry("app", new BaseComplete(1L, Lsn.of(1, 64), 10 * SECOND_NS, List.of(), 0L)));
        JsonNode windows = json(
                        status("", State.RUNNING, NOW_MS * 1_000_000),
                        new Silence(OptionalDouble.of(60), OptionalDouble.of(60)))
                .windows();
        assertThat(windows.get(0).path("to_time").asText()).isEqualTo("1970-01-01T00:15:40Z");
        assertThat(windows.get(0).path("then").asText()).isEqualTo("nothing captures it now");
    }

    @Test
    void stagesAreSilentWhenNothingComesFromThem() {
        long longAgo = (NOW_MS - 60_000) * 1_000_000;
        PageJson silent =
                json(status("", State.RUNNING, longAgo), new Silence(OptionalDouble.of(1), OptionalDouble.of(60)));
        assertThat(state(silent, 0)).isEqualTo("running");
        assertThat(state(silent, 1)).isEqualTo("silent");
        assertThat(state(silent, 2)).isEqualTo("silent");
        assertThat(silent.sources().get(0).path("silent_seconds").asDouble()).isEqualTo(60);
    }

    @Test
    void aStreamProcessorWithoutABridgeIsIdle() {
        PageJson starved = json(
                status("", State.FAILED, NOW_MS * 1_000_000),
                new Silence(OptionalDouble.of(60), OptionalDouble.of(60)));
        assertThat(state(starved, 0)).isEqualTo("silent");
        assertThat(state(starved, 1)).isEqualTo("idle");
        assertThat(state(starved, 2)).isEqualTo("failed");
    }

    @Test
    void anOldViewIsSaidToBeOld() {
        Silence lively = new Silence(OptionalDouble.of(0), OptionalDouble.of(0));
        Status status = status("", State.RUNNING, NOW_MS * 1_000_000);
        assertThat(json(status, lively).all().path("problem").asText()).isEmpty();
        PageJson old = json(NOW_MS - 30_000, status, lively);
        assertThat(old.all().path("problem").asText()).isEqualTo("the broker has not answered for 30 s");
        assertThat(state(old, 0)).isEqualTo("silent");
    }

    @Test
    void whatIsNotKnownYetIsSaidToBe() {
        Silence nothing = new Silence(OptionalDouble.empty(), OptionalDouble.empty());
        PageJson fresh = json(status("", State.RUNNING, NOW_MS * 1_000_000), nothing);
        assertThat(state(fresh, 0)).isEqualTo("unknown");
        assertThat(state(fresh, 1)).isEqualTo("unknown");
    }

    @Test
    void waitingCommandsComeAfterThoseUnderWay() {
        PageJson json = json(
                status("", State.RUNNING, 0),
                new Silence(OptionalDouble.empty(), OptionalDouble.empty()),
                status("waits", State.ACCEPTED, 1),
                status("runs", State.RUNNING, 2));
        assertThat(json.snapshots().path("running").findValuesAsText("id")).containsExactly("runs", "waits");
    }

    @Test
    void tellsTheLastErrorAndTheNewestSnapshots() {
        for (int i = 0; i < 300; i++) {
            entries.add(new CatalogEntry("app", new SnapshotSealed("s" + i, "/to", i + 1L, i + 1L, SECOND_NS, 1L, 1L)));
        }
        Status status = status("", State.RUNNING, 0);
        status.setLastError(new LastError("nightly", 28, "no space left", SECOND_NS));
        PageJson json = json(status, new Silence(OptionalDouble.empty(), OptionalDouble.empty()));
        JsonNode sealed = json.snapshots().path("sealed");
        assertThat(sealed).hasSize(200);
        assertThat(sealed.get(199).path("id").asText()).isEqualTo("s299");
        assertThat(json.sources().get(0).path("last_error").toString())
                .isEqualTo("{\"id\":\"nightly\",\"error_code\":28,\"error_string\":\"no space left\","
                        + "\"time\":\"1970-01-01T00:00:01Z\"}");
    }
}
