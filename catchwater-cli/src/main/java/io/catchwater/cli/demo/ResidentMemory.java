package io.catchwater.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** What this process takes of the machine's memory. */
final class ResidentMemory {

    /** As proc(5) tells it: {@code VmHWM:   412345 kB}. */
    private static final String PEAK = "VmHWM:";

    private static final long KIBIBYTE = 1024;

    private ResidentMemory() {}

    /** Bytes resident at most so far; empty where the kernel does not say. */
    static OptionalLong peak() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith(PEAK))
                    .mapToLong(line -> KIBIBYTE * Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}
