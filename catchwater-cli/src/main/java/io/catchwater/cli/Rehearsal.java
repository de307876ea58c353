package io.catchwater.cli;

import io.catchwater.cli.progress.Console;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Loads what a run loads, so that the build can archive those classes for a quicker start (JEP 350). Not part of the
 * product's command line.
 */
final class Rehearsal {

    private Rehearsal() {}

    /**
     * Backs up a directory once, by the same code as everybody.
     *
     * @param arguments an unused path, beside which directories can be made
     */
    public static void main(String[] arguments) throws Exception {
        Path data = Path.of(arguments[0]);
        Path source = Files.createDirectories(data.resolveSibling("source"));
        Path replica = Files.createDirectories(data.resolveSibling("replica"));
        Files.writeString(source.resolve("before"), "before");
        System.exit(Main.run(
                Console.ofProcess(),
                "run",
                "--source",
                "rehearsal=" + source,
                "--replica",
                replica.toString(),
                "--data-dir",
                data.toString(),
                "--",
                "sh",
                "-c",
                "echo meanwhile > " + source.resolve("meanwhile")));
    }
}
