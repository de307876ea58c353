package io.catchwater.cli.progress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ProgressDisplayTest {

    private static final Progress HALF = new Progress(
            "copying", 50, 10_000_000, 20_000_000, 3, 12, 2_500_000, -1, 4, 4_096, 0.25, 0x8000_0000_0010L);

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(bytes, true, UTF_8);

    @Test
    void tellsBytesFilesRateAndTimeLeftInALine() {
        assertThat(ProgressText.of(HALF))
                .isEqualTo("copying    50.0 %  10.0 MB of 20.0 MB  3 of 12 files  2.50 MB/s  4.0 s left");
    }

    @Test
    void doesNotInventTotalsOrTimes() {
        Progress unknown = new Progress("waiting", 0, 0, 0, 0, 0, 0, 1_000_000, 0, 0, 0, 0);
        assertThat(ProgressText.of(unknown)).isEqualTo("waiting     0.0 %  0 B  0 files  limit 1.00 MB/s");
        assertThat(unknown.secondsRemaining()).isEqualTo(-1);
    }

    @Test
    void writesOverItsOwnLineOnATerminalAndLeavesItClean() {
        TerminalProgress display = new TerminalProgress(stream, 40);
        display.show(HALF);
        display.show(HALF);
        display.end();
        display.end();
        String[] writes = written().split("\r\u001b\\[K", -1);
        assertThat(writes).hasSize(4);
        assertThat(writes[1]).isEqualTo("copying    50.0 %  10.0 MB of 20.0 MB");
        assertThat(writes[3]).isEmpty();
    }

    @Test
    void leavesOutWhatMattersLeastWhereThereIsNoRoom() {
        Progress copying = new Progress(
                "copying",
                50,
                10_000_000,
                20_000_000,
                3,
                12,
                2_500_000,
                3_000_000,
                4,
                0,
                0,
                1,
                "",
                "a/long/path/to/file",
                9_000_000,
                false);
        assertThat(ProgressText.of(copying, 200))
                .endsWith("9.00 MB/s of changes arrive  4.0 s left  a/long/path/to/file");
        for (int columns = 30; columns < 150; columns++) {
            assertThat(ProgressText.of(copying, columns))
                    .hasSizeLessThanOrEqualTo(columns)
                    .startsWith("copying    50.0 %");
        }
        Progress waiting =
                new Progress("waiting", 0, 0, 0, 0, 0, 0, -1, 0, 5_000, 0, 1, "Waiting for snapshot a", "", 0, true);
        assertThat(ProgressText.of(waiting, 79)).isEqualTo("Waiting for snapshot a  5.00 kB behind");
    }

    @Test
    void writesJsonOnceASecondAtMost() {
        AtomicLong clockNs = new AtomicLong();
        JsonProgress display = new JsonProgress(new JsonMessages(stream), clockNs::get);
        for (int tenth = 0; tenth < 25; tenth++) {
            display.show(HALF);
            clockNs.addAndGet(100_000_000);
        }
        assertThat(written().lines()).hasSize(3);
    }

    @Test
    void writesALineForEachPhaseAndInIntervalsToAPipe() {
        AtomicLong clockNs = new AtomicLong();
        PlainProgress display = new PlainProgress(stream, clockNs::get);
        display.show(HALF);
        display.show(HALF);
        clockNs.addAndGet(PlainProgress.INTERVAL.toNanos());
        display.show(HALF);
        display.show(new Progress("sealing", 99, 0, 0, 0, 0, 0, -1, 0, 0, 0, 0));
        assertThat(written().lines()).hasSize(3).last().asString().startsWith("sealing");
        assertThat(written()).doesNotContain("\u001b", "\r");
    }

    @Test
    void writesOneObjectALineWithTheFieldsOfTheContract() throws Exception {
        new JsonProgress(new JsonMessages(stream), () -> 0).show(HALF);
        JsonNode node = new ObjectMapper().readTree(written());
        assertThat(written().lines()).hasSize(1);
        assertThat(node.fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder(
                        "message_type",
                        "phase",
                        "percent_done",
                        "bytes_done",
                        "bytes_total",
                        "files_done",
                        "files_total",
                        "bytes_per_second",
                        "throttle",
                        "seconds_elapsed",
                        "seconds_remaining",
                        "lag_bytes",
                        "lag_seconds",
                        "lsn",
                        "text",
                        "current_file",
                        "changes_per_second",
                        "converging");
        assertThat(node.path("message_type").asText()).isEqualTo("status");
        assertThat(node.path("seconds_remaining").asDouble()).isEqualTo(4.0);
        assertThat(node.path("lsn").asLong()).isEqualTo(HALF.lsn());
    }

    @Test
    void alignsColumns() {
        assertThat(new TextTable("NAME", "SIZE")
                        .row("a", "1 B")
                        .row("longer", "2 B")
                        .lines())
                .containsExactly("NAME    SIZE", "a       1 B", "longer  2 B");
    }

    private String written() {
        return bytes.toString(UTF_8);
    }
}
