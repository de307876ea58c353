package io.catchwater.cli.command;

import io.catchwater.cli.run.SoleSink;
import io.catchwater.cli.run.StageRun;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code catchwater sink}: the third stage in a process of its own, on the host of the backups. */
@Command(
        name = "sink",
        description = {
            "Keep a replica of a source current, and make its snapshots. Runs on the host of the backups.",
            "Serves until SIGTERM or SIGINT; goes on where it was, however it ended.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  catchwater sink --source app --replica /backups/app",
            "  catchwater sink --source app --replica /backups/app --allowed-prefix /backups/taken \\",
            "    --bootstrap-servers kafka:9092 --schema-registry-url http://registry:8081",
        })
public final class SinkCommand extends Verb {

    @Option(names = "--source", required = true, paramLabel = "NAME", description = "Name of the source.")
    private String source;

    @Option(
            names = "--replica",
            required = true,
            paramLabel = "DIR",
            description = "Existing directory to keep current: empty, or a replica of this source.")
    private Path replica;

    @Mixin
    private PrefixOptions prefixes = new PrefixOptions();

    @Option(
            names = "--throttle",
            paramLabel = "RATE",
            converter = Rates.class,
            description = "Write so many bytes per second to the replica at most, such as 10MB/s. Default: as commanded"
                    + " last, or no limit.")
    private Long throttle;

    @Mixin
    private PageOption page;

    @Override
    public Integer call() throws InterruptedException {
        SoleSink sink = SoleSink.check(
                source,
                replica,
                prefixes.given(options().deployment().isPresent()),
                Optional.ofNullable(throttle),
                dataDirectory());
        try (Connection connection = Connection.toRunning(this)) {
            return new StageRun(sink, connection.deployment(), console(), json()).execute(page.open(dataDirectory()));
        }
    }
}
