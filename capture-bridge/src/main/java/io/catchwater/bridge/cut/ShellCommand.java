package io.catchwater.bridge.cut;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.catchwater.bridge.publish.EventLog;
import io.catchwater.files.ProcessGroup;
import io.catchwater.schemas.control.CutCommandRun;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs a command in a session of its own, to its end or to the end of its time: then its whole process group is asked to
 * end, and made to. One thread.
 */
final class ShellCommand {

    /** Of its output; the rest is read and dropped. */
    static final int OUTPUT_BYTES_LIMIT = 64 << 10;

    /** Exit status of a command whose time was over, as timeout(1) has it. */
    static final int TIME_OVER = 124;

    /** Exit status where there is no shell, as a shell has it where there is no command. */
    static final int NOT_STARTED = 127;

    /** Between SIGTERM and SIGKILL. */
    static final Duration GRACE = Duration.ofSeconds(5);

    private static final long LOOK_MS = 10;
    private static final double NS_PER_SECOND = 1e9;

    private final String command;
    private final Duration timeLimit;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final byte[] buffer = new byte[8192];

    private ShellCommand(String command, Duration timeLimit) {
        this.command = command;
        this.timeLimit = timeLimit;
    }

    /**
     * Runs one.
     *
     * @param command given to {@code /bin/sh -c}, with nothing on its standard input
     * @param environment all of it
     * @param timeLimit after which it is ended
     * @return what it ended with and what it said. Processes that it left in the background while there was time go on
     * @throws InterruptedException when the thread is interrupted; the process group has been killed
     */
    static CutCommandRun run(String command, Map<String, String> environment, Duration timeLimit)
            throws InterruptedException {
        return new ShellCommand(command, timeLimit).run(environment);
    }

    private CutCommandRun run(Map<String, String> environment) throws InterruptedException {
        long timeNs = EventLog.nowNs();
        long begunNs = System.nanoTime();
        int status = status(environment, begunNs);
        double seconds = (System.nanoTime() - begunNs) / NS_PER_SECOND;
        return new CutCommandRun(command, status, seconds, output.toString(UTF_8), timeNs);
    }

    private int status(Map<String, String> environment, long begunNs) throws InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(List.of("setsid", "/bin/sh", "-c", command))
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"));
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            try (InputStream said = process.getInputStream()) {
                return await(process, said, begunNs);
            }
        } catch (IOException e) {
            output.writeBytes(e.getMessage().getBytes(UTF_8));
            return NOT_STARTED;
        }
    }

    private int await(Process process, InputStream said, long begunNs) throws InterruptedException, IOException {
        try {
            if (listen(process, said, begunNs + timeLimit.toNanos())) {
                return process.exitValue();
            }
            ProcessGroup.signal(process.pid(), ProcessGroup.SIGTERM);
            listenToGroup(process, said, System.nanoTime() + GRACE.toNanos());
            return TIME_OVER;
        } catch (InterruptedException e) {
            ProcessGroup.signal(process.pid(), ProcessGroup.SIGKILL);
            throw e;
        }
    }

    /** Takes what is said until the command has ended. False when that is not in time. */
    private boolean listen(Process process, InputStream said, long untilNs) throws InterruptedException, IOException {
        boolean ended = false;
        while (!ended && System.nanoTime() < untilNs) {
            ended = process.waitFor(LOOK_MS, TimeUnit.MILLISECONDS);
            take(said);
        }
        return ended;
    }

    /** Takes what is said until the whole group has ended; after a time it is killed. */
    private void listenToGroup(Process process, InputStream said, long untilNs)
            throws InterruptedException, IOException {
        while (ProcessGroup.hasMembers(process.pid())) {
            if (System.nanoTime() >= untilNs) {
                ProcessGroup.signal(process.pid(), ProcessGroup.SIGKILL);
                break;
            }
            process.waitFor(LOOK_MS, TimeUnit.MILLISECONDS);
            Thread.sleep(LOOK_MS);
            take(said);
        }
        process.waitFor();
        take(said);
    }

    /** Not to the end: a process left in the background may hold the pipe open. */
    private void take(InputStream said) throws IOException {
        while (said.available() > 0) {
            int count = said.read(buffer, 0, Math.min(buffer.length, said.available()));
            if (count <= 0) {
                return;
            }
            output.write(buffer, 0, Math.min(count, OUTPUT_BYTES_LIMIT - output.size()));
        }
    }
}
