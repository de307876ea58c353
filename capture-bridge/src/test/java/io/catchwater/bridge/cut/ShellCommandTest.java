package io.catchwater.bridge.cut;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.files.ProcessGroup;
import io.catchwater.schemas.control.CutCommandRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ShellCommandTest {

    private static final Duration ENOUGH = Duration.ofSeconds(60);
    private static final Map<String, String> PATH = Map.of("PATH", "/usr/bin:/bin", "WORD", "given");

    @TempDir
    Path directory;

    private static CutCommandRun run(String command) throws InterruptedException {
        return ShellCommand.run(command, PATH, ENOUGH);
    }

    @Test
    void saysWhatItEndedWithAndWhatItSaid() throws InterruptedException {
        CutCommandRun run = run("echo $WORD; echo wrong >&2; cat; exit 3");
        assertThat(run.getExitStatus()).isEqualTo(3);
        assertThat(run.getOutput()).isEqualTo("given\nwrong\n");
        assertThat(run.getSeconds()).isBetween(0.0, 60.0);
        assertThat(run("kill -9 $$").getExitStatus()).isEqualTo(137);
        assertThat(run("kill $$").getExitStatus()).isEqualTo(143);
        assertThat(run("no-such-command").getExitStatus()).isEqualTo(127);
    }

    @Test
    void keepsTheBeginningOfALongOutput() throws InterruptedException {
        CutCommandRun run = run("echo begins; yes | head -c 1000000; echo end; exit 4");
        assertThat(run.getExitStatus()).isEqualTo(4);
        assertThat(run.getOutput()).startsWith("begins\ny\n").hasSize(ShellCommand.OUTPUT_BYTES_LIMIT);
    }

    @Test
    void doesNotWaitForWhatItLeftInTheBackground() throws Exception {
        CutCommandRun run = run("sleep 100 & echo $!");
        assertThat(run.getExitStatus()).isZero();
        assertThat(run.getSeconds()).isLessThan(50);
        ProcessHandle left =
                ProcessHandle.of(Long.parseLong(run.getOutput().strip())).orElseThrow();
        assertThat(left.isAlive()).isTrue();
        left.destroyForcibly();
    }

    @Test
    void leavesNoProcessBehindWhenItsTimeIsOver() throws Exception {
        CutCommandRun run = ShellCommand.run("echo $$; sleep 100 & sleep 100", PATH, Duration.ofMillis(300));
        assertThat(run.getExitStatus()).isEqualTo(ShellCommand.TIME_OVER);
        assertThat(run.getSeconds()).isBetween(0.3, 50.0);
        assertThat(ProcessGroup.hasMembers(Long.parseLong(run.getOutput().strip())))
                .isFalse();
    }

    @Test
    void isKilledWhenItDoesNotEndByItself() throws Exception {
        CutCommandRun run = ShellCommand.run(
                "trap 'echo asked' TERM; echo $$; while :; do sleep 0.1; done", PATH, Duration.ofMillis(300));
        assertThat(run.getExitStatus()).isEqualTo(ShellCommand.TIME_OVER);
        assertThat(run.getOutput()).contains("asked");
        assertThat(run.getSeconds()).isGreaterThan((double) ShellCommand.GRACE.toSeconds());
        assertNoMembers(run.getOutput().lines().findFirst().orElseThrow());
    }

    @Test
    void isKilledWhenNobodyWaitsAnyMore() throws Exception {
        Path begun = directory.resolve("begun");
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                run("echo $$ >'" + begun + ".new'; mv '" + begun + ".new' '" + begun + "'; sleep 100");
                interrupted.complete(false);
            } catch (InterruptedException e) {
                interrupted.complete(true);
            }
        });
        thread.start();
        while (!Files.exists(begun)) {
            assertThat(thread.isAlive()).isTrue();
            Thread.sleep(5);
        }
        thread.interrupt();
        assertThat(interrupted.get(30, TimeUnit.SECONDS)).isTrue();
        assertNoMembers(Files.readString(begun).strip());
    }

    /** Who was killed is there until somebody has waited for it. */
    private static void assertNoMembers(String group) throws InterruptedException {
        long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (ProcessGroup.hasMembers(Long.parseLong(group)) && System.nanoTime() < untilNs) {
            Thread.sleep(5);
        }
        Optional<ProcessHandle> shell = ProcessHandle.of(Long.parseLong(group));
        assertThat(shell.filter(ProcessHandle::isAlive)).isEmpty();
    }
}
