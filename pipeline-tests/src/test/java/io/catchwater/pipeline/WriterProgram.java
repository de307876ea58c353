package io.catchwater.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The writer as a process: prepares its directory, runs, is stopped and killed. Its processes end with {@link #close}. */
final class WriterProgram implements AutoCloseable {

    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final Duration STATE_WAIT = Duration.ofSeconds(20);

    final Path directory;
    final Path log;
    private final List<String> arguments;
    private MappedByteBuffer clock;
    private Process process;

    /**
     * @param place where the watched directory and the log are made
     * @param arguments of the writer, beside the directories; see main.c
     */
    WriterProgram(Workplace place, String... arguments) throws IOException, InterruptedException {
        this.directory = Files.createTempDirectory(place.disk, "source");
        this.log = place.directory("log");
        this.arguments = List.of(arguments);
        Process prepared = start(command("prepare"), Map.of());
        if (prepared.waitFor() != 0) {
            throw new IOException("the writer could not prepare: " + output());
        }
        try (FileChannel channel =
                FileChannel.open(log.resolve("clock"), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            clock = channel.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES);
        }
    }

    private Process start(List<String> command, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        return builder.redirectOutput(log.resolve("output").toFile()).start();
    }

    /** The command line, for those who start it otherwise. */
    List<String> command(String verb) {
        List<String> command = new ArrayList<>(List.of(System.getProperty("catchwater.writer"), verb));
        command.addAll(List.of("--dir", directory.toString(), "--log", log.toString()));
        command.addAll(arguments);
        return command;
    }

    /** Starts writing. */
    void run(Map<String, String> environment) throws IOException {
        process = start(command("run"), environment);
    }

    /** Starts writing by a program that runs another: its command line. */
    void runBy(List<String> runner) throws IOException {
        List<String> command = new ArrayList<>(runner);
        command.addAll(command("run"));
        process = start(command, Map.of());
    }

    /** A mark of the writer's clock, later than all taken before and earlier than all taken after. */
    long mark() {
        return (long) LONGS.getAndAdd(clock, 0, 1L) + 1;
    }

    /** Waits until it has done so many operations more. */
    void awaitOperations(int operations) throws IOException, InterruptedException {
        /* Each takes two marks. */
        long goal = (long) LONGS.getVolatile(clock, 0) + 2L * operations;
        while ((long) LONGS.getVolatile(clock, 0) < goal) {
            if (!isRunning()) {
                throw new IOException("the writer has ended: " + output());
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    boolean isRunning() {
        return process.isAlive();
    }

    /** Lets every thread finish what it does, and waits for the end. Throws when the writer itself found something amiss. */
    void finish() throws IOException, InterruptedException {
        process.destroy();
        awaitEnd();
    }

    /** Waits until it ends by itself. */
    void awaitEnd() throws IOException, InterruptedException {
        if (!process.waitFor(STATE_WAIT.toSeconds() * 10, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("the writer did not end well: " + output());
        }
    }

    private String output() throws IOException {
        return Files.readString(log.resolve("output"), UTF_8);
    }

    /** Stops all its threads where they are; calls under way are finished first. */
    void freeze() throws IOException, InterruptedException {
        signal("-STOP");
        long until = System.nanoTime() + STATE_WAIT.toNanos();
        while (!isFrozen()) {
            if (System.nanoTime() > until) {
                throw new IOException("the writer does not stop");
            }
            Thread.onSpinWait();
        }
    }

    void thaw() throws IOException, InterruptedException {
        signal("-CONT");
    }

    /** Ends it as a power cut would. */
    void kill() {
        List<ProcessHandle> all = processes().toList();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(handle -> handle.onExit().join());
    }

    private void signal(String name) throws IOException, InterruptedException {
        // The shell's own: not every system has the program.
        StringBuilder command = new StringBuilder("kill ").append(name);
        processes().forEach(handle -> command.append(' ').append(handle.pid()));
        new ProcessBuilder("sh", "-c", command.toString()).start().waitFor();
    }

    private Stream<ProcessHandle> processes() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants());
    }

    private boolean isFrozen() throws IOException {
        for (ProcessHandle handle : processes().toList()) {
            Path tasks = Path.of("/proc", Long.toString(handle.pid()), "task");
            if (!Files.isDirectory(tasks)) {
                continue;
            }
            try (Stream<Path> each = Files.list(tasks)) {
                for (Path task : (Iterable<Path>) each::iterator) {
                    String stat = Files.readString(task.resolve("stat"), UTF_8);
                    char state = stat.charAt(stat.lastIndexOf(')') + 2);
                    if (state != 'T' && state != 'Z' && state != 'X') {
                        return false;
                    }
                }
            } catch (java.nio.file.NoSuchFileException e) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        if (process != null && process.isAlive()) {
            kill();
        }
    }
}
