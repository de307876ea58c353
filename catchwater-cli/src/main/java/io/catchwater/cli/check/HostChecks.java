package io.catchwater.cli.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.catchwater.bridge.BridgeSettings;
import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.hook.HookEnvironment;
import io.catchwater.cli.hook.HookLibrary;
import io.catchwater.cli.progress.Quantities;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Checks of the host alone; nothing is changed but the hook's own file in the temporary directory. */
public final class HostChecks {

    private static final long LEAST_MEMORY_BYTES = 1L << 30;
    private static final long LEAST_DATA_BYTES = 1L << 30;
    private static final long LEAST_OPEN_FILES = 4096;
    private static final long PROGRAM_LIMIT_SECONDS = 20;

    private final Path dataDirectory;

    /** @param dataDirectory absolute; it need not exist */
    public HostChecks(Path dataDirectory) {
        this.dataDirectory = dataDirectory;
    }

    /** All of them, each run when its turn comes. */
    public List<Supplier<Finding>> all() {
        return List.of(
                HostChecks::java,
                HostChecks::hook,
                HostChecks::sharedMemory,
                HostChecks::memory,
                HostChecks::openFiles,
                this::dataDirectory);
    }

    private static Finding java() {
        return Finding.ok("java", System.getProperty("java.vm.name") + " " + Runtime.version());
    }

    /** A real program is started with the hook in it: a temporary directory without execution, for one, shows so. */
    private static Finding hook() {
        String name = "hook";
        try {
            Path library = HookLibrary.ofThisMachine().install();
            ProcessBuilder builder = new ProcessBuilder("sh", "-c", ":").redirectErrorStream(true);
            new HookEnvironment(library, Path.of("/nonexistent")).addTo(builder.environment());
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
            boolean ended = process.waitFor(PROGRAM_LIMIT_SECONDS, TimeUnit.SECONDS);
            if (!ended || process.exitValue() != 0 || !output.isEmpty()) {
                return Finding.wrong(
                        name,
                        "programs cannot load " + library + ": " + output + "; set TMPDIR to a place without noexec");
            }
            return Finding.ok(name, "programs can load " + library);
        } catch (CommandFailure | IOException e) {
            return Finding.wrong(name, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Finding.wrong(name, "interrupted");
        }
    }

    private static Finding sharedMemory() {
        Path directory = BridgeSettings.DEFAULT_RING_DIRECTORY;
        long needed = 2 * BridgeSettings.DEFAULT_RING_BYTES;
        return space("shared memory", directory, needed, "mount a tmpfs of some 64 MB there");
    }

    private Finding dataDirectory() {
        Path existing = dataDirectory;
        while (!Files.exists(existing)) {
            existing = existing.getParent();
        }
        Finding found = space("data directory", existing, LEAST_DATA_BYTES, "make room, or choose another --data-dir");
        return found.isOk() ? Finding.ok(found.check(), dataDirectory + ": " + found.text()) : found;
    }

    private static Finding space(String name, Path directory, long neededBytes, String remedy) {
        if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
            return Finding.wrong(name, "cannot write to " + directory + "; " + remedy);
        }
        try {
            FileStore store = Files.getFileStore(directory);
            long free = store.getUsableSpace();
            String text = Quantities.bytes(free) + " free in " + directory;
            return free >= neededBytes
                    ? Finding.ok(name, text)
                    : Finding.wrong(name, text + ", " + Quantities.bytes(neededBytes) + " needed; " + remedy);
        } catch (IOException e) {
            return Finding.wrong(name, directory + ": " + e.getMessage());
        }
    }

    private static Finding memory() {
        String name = "memory";
        OptionalLong kilobytes = firstNumber(Path.of("/proc/meminfo"), "MemAvailable:");
        if (kilobytes.isEmpty()) {
            return Finding.ok(name, "not known on this kernel");
        }
        long bytes = kilobytes.getAsLong() << 10;
        String text = Quantities.bytes(bytes) + " available";
        return bytes >= LEAST_MEMORY_BYTES
                ? Finding.ok(name, text)
                : Finding.wrong(name, text + ", a run needs up to " + Quantities.bytes(LEAST_MEMORY_BYTES));
    }

    private static Finding openFiles() {
        String name = "open files";
        OptionalLong limit = firstNumber(Path.of("/proc/self/limits"), "Max open files");
        if (limit.isEmpty() || limit.getAsLong() >= LEAST_OPEN_FILES) {
            return Finding.ok(name, limit.isEmpty() ? "unlimited" : "up to " + Quantities.count(limit.getAsLong()));
        }
        return Finding.wrong(
                name, "up to " + limit.getAsLong() + " only; raise the limit to " + LEAST_OPEN_FILES + " (ulimit -n)");
    }

    private static OptionalLong firstNumber(Path file, String label) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(label))
                    .flatMap(line ->
                            Stream.of(line.substring(label.length()).strip().split("\\s+", 2)[0]))
                    .filter(word -> word.matches("[0-9]+"))
                    .mapToLong(Long::parseLong)
                    .findFirst();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}
