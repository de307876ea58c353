package io.catchwater.sink.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SnapshotRequestsTest {

    /** Its cut may come while the room for a large tree is still counted: that is no reason to give it up. */
    @Test
    void aCommandIsJudgedUntilItIsFinished() throws Exception {
        try (SnapshotRequests requests = new SnapshotRequests()) {
            requests.judge("nightly");
            assertThat(requests.begin("nightly", Duration.ZERO)).isEmpty();
            assertThat(requests.isJudged("nightly")).isTrue();
            assertThat(requests.isJudged("weekly")).isFalse();
            requests.finish("weekly");
            assertThat(requests.isJudged("nightly")).isTrue();
            requests.finish("nightly");
            assertThat(requests.isJudged("nightly")).isFalse();
            assertThat(requests.isFinished("nightly")).isTrue();
        }
    }
}
