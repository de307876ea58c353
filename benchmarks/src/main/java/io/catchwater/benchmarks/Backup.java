package io.catchwater.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.catchwater.cli.control.CommandClient;
import io.catchwater.cli.control.Deployment;
import io.catchwater.cli.embedded.CredentialsFile;
import io.catchwater.cli.embedded.Endpoint;
import io.catchwater.schemas.control.Command;
import io.catchwater.schemas.control.CommandData;
import io.catchwater.schemas.control.State;
import io.catchwater.schemas.control.Status;
import io.catchwater.sink.intake.KafkaAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** {@code catchwater run} with a database server under it. Its base copy stands still until {@link #letCopy}. */
final class Backup implements AutoCloseable {

    static final String SOURCE = "db";

    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final long START_SECONDS = 60;
    private static final long LOOK_MS = 20;
    private static final long NS_PER_MS = 1_000_000;

    private final Path place;
    private final Path said;
    private final Process process;
    private int snapshots;

    /**
     * A snapshot that was taken.
     *
     * @param cutSeconds from asking to the replica standing still at the cut
     * @param seconds from asking to the end
     */
    record Taken(double cutSeconds, double seconds) {}

    private Backup(Path place, Path said, Process process) {
        this.place = place;
        this.said = said;
        this.process = process;
    }

    /** @param place a directory for all that the product writes */
    static Backup start(Path place, Path source, List<String> server) throws IOException, InterruptedException {
        Files.createDirectories(place.resolve("snapshots"));
        Files.createDirectories(place.resolve("replica"));
        Path said = place.resolve("said");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("catchwater.root"), "catchwater").toString(),
                "run",
                "--data-dir",
                place.resolve("data").toString(),
                "--source",
                SOURCE + "=" + source,
                "--replica",
                place.resolve("replica").toString(),
                "--allowed-prefix",
                place.resolve("snapshots").toString(),
                "--throttle",
                "0",
                "--"));
        command.addAll(server);
        Backup backup = new Backup(place, said, Shell.start(command, Map.of(), said));
        backup.deployment();
        return backup;
    }

    private Deployment deployment() throws IOException, InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        Optional<Endpoint> endpoint = Endpoint.find(place.resolve("data"));
        while (endpoint.isEmpty() && process.isAlive() && System.nanoTime() < until) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
            endpoint = Endpoint.find(place.resolve("data"));
        }
        if (endpoint.isEmpty()) {
            throw new IOException("catchwater run does not start: " + Files.readString(said, UTF_8));
        }
        return new Deployment(
                endpoint.get().bootstrapServers(),
                endpoint.get().schemaRegistryUrl(),
                new CredentialsFile(place.resolve("data")).read().clientProperties());
    }

    /** For who reads the stream. */
    KafkaAccess kafka() throws IOException, InterruptedException {
        Deployment deployment = deployment();
        return new KafkaAccess(deployment.bootstrapServers(), deployment.registryUrl(), deployment.clientProperties());
    }

    /** The throttle is lifted. */
    void letCopy() throws IOException, InterruptedException {
        try (CommandClient client = CommandClient.open(deployment())) {
            client.requireServed(SOURCE);
            CommandData data = new CommandData();
            data.setThrottle(-1L);
            client.send(SOURCE, new Command("unthrottle", "throttle", data));
        }
    }

    /** Takes a snapshot, and removes it. */
    Taken snapshot() throws IOException, InterruptedException {
        String id = "snapshot-" + ++snapshots;
        Path destination = Files.createDirectory(place.resolve("snapshots").resolve(id));
        CommandData data = new CommandData();
        data.setDestination(destination.toString());
        try (CommandClient client = CommandClient.open(deployment())) {
            long[] cutNs = new long[1];
            long askedNs = System.currentTimeMillis() * NS_PER_MS;
            client.send(SOURCE, new Command(id, "snapshot", data));
            Status last = client.await(id, LIMIT, status -> {
                boolean reached = status.getState() == State.RUNNING || status.getState() == State.COMPLETED;
                if (reached && cutNs[0] == 0) {
                    cutNs[0] = status.getTimeNs();
                }
            });
            if (last.getState() != State.COMPLETED) {
                throw new IOException("snapshot " + id + ": " + last.getErrorString());
            }
            return new Taken((cutNs[0] - askedNs) / 1e9, (last.getTimeNs() - askedNs) / 1e9);
        } catch (TimeoutException e) {
            throw new IOException("snapshot " + id + " " + e.getMessage(), e);
        } finally {
            Shell.call(List.of("rm", "-rf", destination.toString()));
        }
    }

    /** Waits until it has ended, as it does after its program. */
    void await() throws IOException, InterruptedException {
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("catchwater run failed: " + Files.readString(said, UTF_8));
        }
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
