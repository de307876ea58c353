package io.catchwater.cli.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.hook.Executable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What of a program would be captured. The program is not started: its dynamic linker says what it would load. */
public final class ProgramChecks {

    private static final long LINKER_LIMIT_SECONDS = 20;

    private final String program;
    private final Map<String, String> environment;

    /**
     * @param program a path, or a name looked up in PATH
     * @param environment whose PATH counts
     */
    public ProgramChecks(String program, Map<String, String> environment) {
        this.program = program;
        this.environment = environment;
    }

    /**
     * All of them; fewer when the first already says no.
     *
     * @throws CommandFailure when there is no such program, or it may not be executed
     */
    public List<Finding> all() throws InterruptedException {
        Path file = Executable.find(program, environment);
        Path image = Executable.interpreterOf(file);
        try {
            Executable.requireCapturable(program, image);
        } catch (CommandFailure e) {
            return List.of(Finding.wrong("program", e.getMessage()));
        }
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.ok("program", image.equals(file) ? file.toString() : file + ", run by " + image));
        Optional<String> linker = Executable.dynamicLinker(image);
        if (linker.isEmpty()) {
            findings.add(
                    Finding.wrong("C library", image + " is no 64-bit program: the hook cannot be loaded into it"));
            return findings;
        }
        findings.add(libraryC(linker.get()));
        findings.addAll(asynchronous(linker.get(), image));
        return findings;
    }

    private static Finding libraryC(String linker) {
        return linker.contains("ld-linux")
                ? Finding.ok("C library", "GNU: all its calls are captured, its internal ones too")
                : Finding.wrong(
                        "C library",
                        linker + " is not the GNU C library's: captured by symbol interposition only, so writes inside"
                                + " the library (stdio, for one) are found at the next cut and not before");
    }

    private static List<Finding> asynchronous(String linker, Path image) throws InterruptedException {
        List<Finding> findings = new ArrayList<>();
        String libraries = libraries(linker, image);
        for (String library : List.of("liburing", "libaio")) {
            if (libraries.contains(library + ".so")) {
                findings.add(Finding.ok(
                        library, "denied with ENOSYS while captured; the program has to fall back to ordinary calls"));
            }
        }
        return findings;
    }

    private static String libraries(String linker, Path image) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(linker, "--list", image.toString())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            return process.waitFor(LINKER_LIMIT_SECONDS, TimeUnit.SECONDS) ? said : "";
        } catch (IOException e) {
            return "";
        }
    }
}
