package io.catchwater.cli.command;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.control.Deployment;
import io.catchwater.cli.http.PageAddress;
import io.catchwater.cli.run.SoleRegistry;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code catchwater registry}: the schema registry in a process of its own, for a cluster that has none. */
@Command(
        name = "registry",
        hidden = true,
        description = {
            "Serve a schema registry for a cluster that has none, out of its topic _schemas. One per cluster.",
            "Serves until SIGTERM or SIGINT. There is no password on it: whoever reaches it can register schemas.",
        },
        footerHeading = "%nExample:%n",
        footer = "  catchwater registry --listen 10.0.0.5:8081 --bootstrap-servers kafka:9092")
public final class RegistryCommand extends Verb {

    @Option(
            names = "--listen",
            paramLabel = "[HOST:]PORT",
            defaultValue = "8081",
            description = "Where to serve. Default: 127.0.0.1:8081.")
    private String listen;

    @Override
    public Integer call() throws InterruptedException {
        PageAddress address = address();
        Deployment cluster = options()
                .cluster("http://" + listen)
                .orElseThrow(() -> new CommandFailure(
                        ExitStatus.USAGE, "--bootstrap-servers is missing: the cluster that keeps the schemas"));
        return new SoleRegistry(cluster, address, console()).serve();
    }

    private PageAddress address() {
        try {
            return PageAddress.parse(listen);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitStatus.USAGE, "--listen: " + e.getMessage(), e);
        }
    }
}
