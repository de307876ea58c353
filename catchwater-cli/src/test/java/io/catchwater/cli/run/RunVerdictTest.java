package io.catchwater.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.cli.run.RunVerdict.Findings;
import io.catchwater.schemas.UncoveredFacts;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.event.UncoveredKind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RunVerdictTest {

    private static final Optional<String> PROGRAM = Optional.of("app");

    @Test
    void endsAsTheProgramDidWhenTheBackupIsRight() {
        for (int status : new int[] {0, 7, 143}) {
            RunVerdict verdict =
                    RunVerdict.of(new Findings(status, PROGRAM, Optional.empty(), true, false, 1, List.of(), false));
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
                        List.of(),
                        false));
        assertProblem(3, new Findings(0, PROGRAM, Optional.empty(), false, false, 1, List.of(), false));
        assertProblem(22, new Findings(0, PROGRAM, Optional.empty(), true, false, 0, List.of(), false));
        assertProblem(22, new Findings(0, PROGRAM, Optional.empty(), true, false, 1, List.of(fact("app")), false));
    }

    @Test
    void saysThatTheRateIsZero() {
        RunVerdict verdict =
                RunVerdict.of(new Findings(0, PROGRAM, Optional.empty(), false, true, 1, List.of(), false));
        assertThat(verdict.exitCode()).isEqualTo(3);
        assertThat(verdict.problems()).hasSize(1).allMatch(line -> line.contains("rate is 0"));
    }

    @Test
    void wantsNoProgramWhereNoneWasRun() {
        RunVerdict verdict =
                RunVerdict.of(new Findings(0, Optional.empty(), Optional.empty(), true, false, 0, List.of(), false));
        assertThat(verdict).isEqualTo(new RunVerdict(0, List.of()));
    }

    @Test
    void namesEachChangeThatWasNotCaptured() {
        RunVerdict verdict = RunVerdict.of(
                new Findings(0, PROGRAM, Optional.empty(), true, false, 1, List.of(fact("one"), fact("two")), false));
        assertThat(verdict.problems())
                .containsExactly(
                        "not captured: one: mapped shared and writable: what is stored there is seen only at a cut",
                        "not captured: two: mapped shared and writable: what is stored there is seen only at a cut");
    }

    @Test
    void endsAsTheProgramDidWhereThatIsAllowed() {
        RunVerdict allowed =
                RunVerdict.of(new Findings(7, PROGRAM, Optional.empty(), true, false, 1, List.of(fact("one")), true));
        assertThat(allowed.exitCode()).isEqualTo(7);
        assertThat(allowed.problems()).hasSize(1);
        assertProblem(
                1,
                new Findings(
                        0, PROGRAM, Optional.of(new IllegalStateException("full")), true, false, 1, List.of(), true));
    }

    private static Uncovered fact(String path) {
        return UncoveredFacts.ofFile(UncoveredKind.MAPPED, path.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertProblem(int exitCode, Findings findings) {
        RunVerdict verdict = RunVerdict.of(findings);
        assertThat(verdict.exitCode()).isEqualTo(exitCode);
        assertThat(verdict.problems()).hasSize(1).allMatch(line -> !line.contains("\n"));
    }
}
