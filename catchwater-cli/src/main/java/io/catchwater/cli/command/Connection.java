package io.catchwater.cli.command;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.control.Deployment;
import io.catchwater.cli.embedded.EmbeddedPlatform;
import io.catchwater.cli.embedded.EmbeddedSettings;
import io.catchwater.cli.embedded.Endpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A verb's way to its deployment: one that runs, or the embedded one started for the time of the verb. */
final class Connection implements AutoCloseable {

    private final Deployment deployment;
    private final EmbeddedPlatform started;

    private Connection(Deployment deployment, EmbeddedPlatform started) {
        this.deployment = deployment;
        this.started = started;
    }

    /**
     * A deployment that is running: the one the options name, or the data directory's.
     *
     * @throws CommandFailure when there is none
     */
    static Connection toRunning(Verb verb) {
        return find(verb).orElseThrow(() -> nothingThere(verb.dataDirectory(), "nothing runs on the data directory"));
    }

    /**
     * A deployment that is running, or else the data directory's broker, which then runs until this is closed.
     *
     * @throws CommandFailure when there is neither
     */
    static Connection toData(Verb verb) {
        Optional<Connection> running = find(verb);
        if (running.isPresent()) {
            return running.get();
        }
        Path directory = verb.dataDirectory();
        if (!Files.isDirectory(directory)) {
            throw nothingThere(directory, "there is no data directory");
        }
        EmbeddedPlatform platform = EmbeddedPlatform.start(EmbeddedSettings.on(directory), List.of(), message -> {});
        return new Connection(
                new Deployment(platform.bootstrapServers(), platform.schemaRegistryUrl(), Map.of()), platform);
    }

    /** A deployment that is running, if there is one. */
    static Optional<Connection> find(Verb verb) {
        Optional<Deployment> named = verb.options().deployment();
        if (named.isPresent()) {
            return Optional.of(new Connection(named.get(), null));
        }
        return Endpoint.find(verb.dataDirectory())
                .map(endpoint -> new Connection(
                        new Deployment(endpoint.bootstrapServers(), endpoint.schemaRegistryUrl(), Map.of()), null));
    }

    private static CommandFailure nothingThere(Path directory, String what) {
        return new CommandFailure(
                ExitStatus.NOT_FOUND,
                what + " " + directory + "; start 'catchwater run', or give --data-dir or --bootstrap-servers");
    }

    Deployment deployment() {
        return deployment;
    }

    @Override
    public void close() {
        if (started != null) {
            started.close();
        }
    }
}
