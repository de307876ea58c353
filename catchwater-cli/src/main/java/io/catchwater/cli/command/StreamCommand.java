package io.catchwater.cli.command;

import io.catchwater.cli.run.SoleStream;
import io.catchwater.cli.run.StageRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code catchwater stream}: the second stage in a process of its own, on any host. */
@Command(
        name = "stream",
        description = {
            "Put a source's captured changes and copies in order. Runs on any host; touches no files of the source.",
            "Serves until SIGTERM or SIGINT; goes on where it was, however it ended.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  catchwater stream --source app --config kafka.properties",
            "  catchwater stream --source app \\",
            "    --bootstrap-servers kafka:9092 --schema-registry-url http://registry:8081",
        })
public final class StreamCommand extends Verb {

    @Option(names = "--source", required = true, paramLabel = "NAME", description = "Name of the source.")
    private String source;

    @Mixin
    private PageOption page;

    @Override
    public Integer call() throws InterruptedException {
        SoleStream stream = new SoleStream(source, dataDirectory());
        try (Connection connection = Connection.toRunning(this)) {
            return new StageRun(stream, connection.deployment(), console(), json()).execute(page.open(dataDirectory()));
        }
    }
}
