package io.catchwater.cli.command;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.control.Deployment;
import io.catchwater.cli.embedded.Credentials;
import io.catchwater.cli.embedded.CredentialsFile;
import io.catchwater.cli.embedded.EmbeddedPlatform;
import io.catchwater.cli.embedded.EmbeddedSettings;
import io.catchwater.cli.embedded.Endpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
     * @throws CommandFailure when there is none, or this user may not know its credentials
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
                new Deployment(platform.bootstrapServers(), platform.schemaRegistryUrl(), platform.clientProperties()),
                platform);
    }

    /**
     * A deployment that is running, if there is one.
     *
     * @throws CommandFailure when it is the data directory's, and this user may not know its credentials
     */
    static Optional<Connection> find(Verb verb) {
        Optional<Deployment> named = verb.options().deployment();
        if (named.isPresent()) {
            return Optional.of(new Connection(named.get(), null));
        }
        Path directory = verb.dataDirectory();
        return Endpoint.find(directory).map(endpoint -> new Connection(embedded(directory, endpoint), null));
    }

    private static Deployment embedded(Path directory, Endpoint endpoint) {
        Credentials credentials = new CredentialsFile(directory).read();
        return new Deployment(
                endpoint.bootstrapServers(), endpoint.schemaRegistryUrl(), credentials.clientProperties());
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
