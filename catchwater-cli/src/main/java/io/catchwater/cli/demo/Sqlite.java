package io.catchwater.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.hook.Executable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** SQLite's own command line, outside of capture. */
final class Sqlite {

    static final String PROGRAM = "sqlite3";

    private static final long LIMIT_SECONDS = 60;

    private Sqlite() {}

    /** Requires that the program is there. */
    static void require(Map<String, String> environment) {
        try {
            Executable.require(PROGRAM, environment);
        } catch (CommandFailure e) {
            throw new CommandFailure(
                    ExitStatus.FAILED, "the demo needs SQLite's command line: apt-get install sqlite3", e);
        }
    }

    /**
     * Runs statements.
     *
     * @return the lines that came out
     * @throws CommandFailure when SQLite reports an error
     */
    static List<String> run(Path database, String sql) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(PROGRAM, "-batch", "-bail", database.toString(), sql)
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
            if (!ended || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new CommandFailure(
                        ExitStatus.DIFFERENT, "SQLite cannot use " + database.getFileName() + ": " + output.strip());
            }
            return output.lines().toList();
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.FAILED, "cannot run " + PROGRAM + ": " + e.getMessage(), e);
        }
    }
}
