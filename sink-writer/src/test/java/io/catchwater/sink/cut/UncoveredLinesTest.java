package io.catchwater.sink.cut;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.schemas.UncoveredReasons;
import io.catchwater.schemas.event.Uncovered;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class UncoveredLinesTest {

    private final UncoveredLines lines = new UncoveredLines(List.of());

    private void add(String path, String reason) {
        lines.add(new Uncovered(ByteBuffer.wrap(path.getBytes(StandardCharsets.UTF_8)), 7, reason));
    }

    @Test
    void mappedFilesCountAsTheyWereNamedLast() {
        add("gone", UncoveredReasons.MAPPED);
        add("still", UncoveredReasons.MAPPED);
        add("lost", "not readable");
        add("", UncoveredReasons.MAPPED_ANEW);
        add("still", UncoveredReasons.SETTLED);
        assertThat(lines.lines())
                .containsExactly(
                        "lost: not readable (process 7)", "still: " + UncoveredReasons.SETTLED + " (process 7)");
        lines.cutMade();
        assertThat(lines.lines()).hasSize(2);
        assertThat(lines.linesOfLaterCut())
                .containsExactly(
                        "lost: not readable (process 7)", "still: " + UncoveredReasons.MAPPED + " (process 7)");
    }

    @Test
    void beyondTheLimitKindsAreStillToldApart() {
        for (int i = 0; i < UncoveredLines.LINES_LIMIT + 5; i++) {
            add("table" + i, UncoveredReasons.MAPPED);
        }
        assertThat(lines.lines()).hasSize(UncoveredLines.LINES_LIMIT + 1).allMatch(UncoveredReasons::isMapped);
        add("other", "changed by nobody" + UncoveredReasons.READ_AGAIN);
        add("lost", "not readable");
        assertThat(lines.lines().stream().filter(UncoveredReasons::isReadAgain)).hasSize(1);
        assertThat(lines.lines())
                .hasSize(UncoveredLines.LINES_LIMIT + 3)
                .last()
                .matches(line -> !UncoveredReasons.isMapped(line) && !UncoveredReasons.isReadAgain(line));
    }
}
