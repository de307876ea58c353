package io.catchwater.cli.command;

import io.catchwater.cli.Main;
import io.catchwater.cli.progress.Console;
import io.catchwater.cli.progress.JsonMessages;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** What all verbs share: the options given before or after the verb, and where to speak. */
@Command
abstract class Verb implements Callable<Integer> {

    @ParentCommand
    private Main main;

    final GlobalOptions options() {
        return main.options();
    }

    final Console console() {
        return main.console();
    }

    final boolean json() {
        return options().json();
    }

    final JsonMessages jsonMessages() {
        return main.jsonMessages();
    }

    final Path dataDirectory() {
        return options().dataDirectory(console().environment());
    }
}
