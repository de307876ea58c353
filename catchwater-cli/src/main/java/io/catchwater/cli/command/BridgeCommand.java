package io.catchwater.cli.command;

import io.catchwater.cli.run.SoleBridge;
import io.catchwater.cli.run.SourceArgument;
import io.catchwater.cli.run.StageRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code catchwater bridge}: the first stage in a process of its own, on the source's host. */
@Command(
        name = "bridge",
        description = {
            "Capture what programs change, and copy what was there before, into Kafka. Runs on the source's host.",
            "Serves until SIGTERM or SIGINT, then sends what it has; a second signal does not wait for that.",
            "Programs join with 'catchwater exec'. Killed otherwise, it leaves them running, and the next bridge",
            "begins with a new base copy; programs have to be started again to be captured by it.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  catchwater bridge --source app=/srv/app --config kafka.properties",
            "  catchwater bridge --source db=/srv/data,/srv/log \\",
            "    --bootstrap-servers kafka:9092 --schema-registry-url http://registry:8081",
        })
public final class BridgeCommand extends Verb {

    @Option(
            names = "--source",
            required = true,
            paramLabel = "NAME=DIR[,DIR…]",
            description = "Name of the source and the directories to watch.")
    private String source;

    @Mixin
    private CaptureOptions capture = new CaptureOptions();

    @Mixin
    private PageOption page;

    @Override
    public Integer call() throws InterruptedException {
        SoleBridge bridge = SoleBridge.check(
                SourceArgument.parse(source), capture.settings(console().environment()), dataDirectory());
        try (Connection connection = Connection.toRunning(this)) {
            return new StageRun(bridge, connection.deployment(), console(), json()).execute(page.open(dataDirectory()));
        }
    }
}
