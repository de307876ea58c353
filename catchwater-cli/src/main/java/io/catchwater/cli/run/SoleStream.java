package io.catchwater.cli.run;

import io.catchwater.cli.progress.Progress;
import io.catchwater.stream.StreamProcessor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The stream processor in a process of its own. */
public final class SoleStream implements SoleStage {

    private final String source;
    private final Path dataDirectory;
    private StreamProcessor stream;

    /**
     * @param source its name
     * @param dataDirectory below which Kafka Streams keeps its locks
     */
    public SoleStream(String source, Path dataDirectory) {
        this.source = SourceArgument.requireName(source);
        this.dataDirectory = dataDirectory;
    }

    @Override
    public String name() {
        return "stream";
    }

    @Override
    public String source() {
        return source;
    }

    @Override
    public String about() {
        return "";
    }

    @Override
    public String hint() {
        return "";
    }

    @Override
    public Path dataDirectory() {
        return dataDirectory;
    }

    @Override
    public void start(StageStart starts) throws IOException, InterruptedException {
        stream = starts.startStream(dataDirectory);
    }

    @Override
    public Optional<Progress> progress() {
        return Optional.empty();
    }

    /** What is in the middle of a transaction is read again by who comes next. */
    @Override
    public void finish() {}

    @Override
    public void close() {
        if (stream != null) {
            stream.close();
        }
    }
}
