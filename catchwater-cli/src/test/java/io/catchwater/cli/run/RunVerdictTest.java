package io.catchwater.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.cli.run.RunVerdict.Findings;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RunVerdictTest {

    private static final Optional<String> PROGRAM = Optional.of("app");

    @Test
    void endsAsTheProgramDidWhenTheBackupIsRight() {
        for (int status : new int[] {0, 7, 143}) {
            RunVerdict verdict =
                    RunVerdict.of(new Findings(status, PROGRAM, Optional.empty(), true, false, 1, List.of()));
            assertThat(verdict.exitCode()).isEqualTo(status);
            assertThat(verdict.isRight()).isTrue();
        }
    }

    @Test
    void doesNotCallABackupGoodBecauseTheProgramWas() {
        assertProblem(
                1,
                new Findings(
                        0,
                        PROGRAM,
                        Optional.of(new IllegalStateException("disk full\nat")),
                        true,
                        false,
                        1,
                        List.of()));
        assertProblem(3, new Findings(0, PROGRAM, Optional.empty(), false, false, 1, List.of()));
        assertProblem(22, new Findings(0, PROGRAM, Optional.empty(), true, false, 0, List.of()));
        assertProblem(22, new Findings(0, PROGRAM, Optional.empty(), true, false, 1, List.of("app.shm: mapped")));
    }

    @Test
    void saysThatTheRateIsZero() {
        RunVerdict verdict = RunVerdict.of(new Findings(0, PROGRAM, Optional.empty(), false, true, 1, List.of()));
        assertThat(verdict.exitCode()).isEqualTo(3);
        assertThat(verdict.problems()).hasSize(1).allMatch(line -> line.contains("rate is 0"));
    }

    @Test
    void wantsNoProgramWhereNoneWasRun() {
        RunVerdict verdict =
                RunVerdict.of(new Findings(0, Optional.empty(), Optional.empty(), true, false, 0, List.of()));
        assertThat(verdict).isEqualTo(new RunVerdict(0, List.of()));
    }

    @Test
    void namesEachChangeThatWasNotCaptured() {
        RunVerdict verdict =
                RunVerdict.of(new Findings(0, PROGRAM, Optional.empty(), true, false, 1, List.of("one", "two")));
        assertThat(verdict.problems()).containsExactly("not captured: one", "not captured: two");
    }

    private static void assertProblem(int exitCode, Findings findings) {
        RunVerdict verdict = RunVerdict.of(findings);
        assertThat(verdict.exitCode()).isEqualTo(exitCode);
        assertThat(verdict.problems()).hasSize(1).allMatch(line -> !line.contains("\n"));
    }
}
