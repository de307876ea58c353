package io.catchwater.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Clients at work, each with its words in a file. */
final class Load implements AutoCloseable {

    /** Finds in all that was said how many transactions a second there were. */
    interface Reading {
        double perSecond(String said);
    }

    private record Client(Process process, Path said) {}

    private final List<Client> clients = new ArrayList<>();
    private final Reading reading;

    Load(List<List<String>> commands, Reading reading) throws IOException {
        this.reading = reading;
        for (List<String> command : commands) {
            Path said = Files.createTempFile("catchwater-bench", ".load");
            clients.add(new Client(Shell.start(command, Map.of(), said), said));
        }
    }

    /** Waits until they are done; transactions a second. */
    double await() throws IOException, InterruptedException {
        StringBuilder said = new StringBuilder();
        for (Client client : clients) {
            int status = client.process().waitFor();
            String words = Files.readString(client.said(), UTF_8);
            if (status != 0) {
                throw new IOException("the load ended with " + status + ": " + words);
            }
            said.append(words);
        }
        return reading.perSecond(said.toString());
    }

    /** Ends them. */
    @Override
    public void close() {
        for (Client client : clients) {
            client.process().destroy();
        }
        for (Client client : clients) {
            client.process().onExit().join();
            client.said().toFile().delete();
        }
    }
}
