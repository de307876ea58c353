package io.catchwater.cli.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.cli.ExitStatus;
import io.catchwater.files.Errno;
import io.catchwater.schemas.control.State;
import io.catchwater.schemas.control.Status;
import io.catchwater.sink.control.Statuses;
import org.junit.jupiter.api.Test;

final class OutcomesTest {

    private static ExitStatus of(State state, int errno) {
        Status status = Statuses.failed("nightly", "app", state, errno, "why");
        return Outcomes.of(status);
    }

    @Test
    void aDestinationThatBecameUnusableIsToldFromAFailure() {
        for (State state : new State[] {State.REJECTED, State.FAILED}) {
            assertThat(of(state, Errno.ESTALE)).isEqualTo(ExitStatus.DESTINATION_UNUSABLE);
            assertThat(of(state, Errno.ELOOP)).isEqualTo(ExitStatus.DESTINATION_UNUSABLE);
            assertThat(of(state, Errno.EEXIST)).isEqualTo(ExitStatus.DESTINATION_UNUSABLE);
            assertThat(of(state, Errno.EACCES)).isEqualTo(ExitStatus.DENIED);
            assertThat(of(state, Errno.EIO)).isEqualTo(ExitStatus.FAILED);
        }
    }
}
