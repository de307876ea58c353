package io.catchwater.cli.run;

import io.catchwater.cli.progress.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/** A stage that has a process to itself. Used by one thread, but for {@link #finish}. */
public interface SoleStage extends AutoCloseable {

    /** The verb: bridge, stream or sink. */
    String name();

    /** The source's name. */
    String source();

    /** What it works on, for a reader; empty where the source's name says it. */
    String about();

    /** What to do next, for a reader; empty where there is nothing. */
    String hint();

    /** Where its log goes, and what other processes of this host have to find. */
    Path dataDirectory();

    /**
     * Starts it; serves when this returns.
     *
     * @throws IOException when the file system refuses
     * @throws ExecutionException when Kafka refuses
     */
    void start(StageStart starts) throws IOException, ExecutionException, InterruptedException;

    /** How far it is; empty where it does not count. */
    Optional<Progress> progress();

    /**
     * Waits until nothing that it has taken in is with it alone. Any thread, once it was started.
     *
     * @throws ExecutionException when the stage has failed
     */
    void finish() throws ExecutionException, InterruptedException;

    /** Ends what was started, if anything was. */
    @Override
    void close();
}
