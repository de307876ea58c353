package io.catchwater.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A database server and a load for it.
 *
 * <p>{@code data} is its data directory, {@code socket} the directory of its socket.
 */
interface Database {

    /** Clients of a load. */
    int CLIENTS = 4;

    /** How often a server is asked whether it takes connections, and how long between. */
    int READY_TRIES = 1200;

    long READY_PAUSE_MS = 50;

    String name();

    /** Makes a database of about so many megabytes; the server does not run when this returns. */
    void initialize(Path data, Path socket, int megabytes) throws IOException, InterruptedException;

    /** The server, in the foreground. */
    List<String> server(Path data, Path socket) throws IOException;

    /** Ends with 0 when it takes connections. */
    List<String> probe(Path socket) throws IOException;

    /** Waits until it takes connections. */
    default void awaitReady(Path socket) throws IOException, InterruptedException {
        for (int tries = 0; ; tries++) {
            try {
                Shell.call(probe(socket));
                return;
            } catch (IOException e) {
                if (tries == READY_TRIES) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(READY_PAUSE_MS);
            }
        }
    }

    /** {@link #CLIENTS} that do as much as they can. */
    Load load(Path socket, int seconds, long seed) throws IOException;

    /** Ends the server. */
    void stop(Path data, Path socket) throws IOException, InterruptedException;
}
