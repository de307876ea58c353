package io.catchwater.cli.command;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.http.HttpPage;
import io.catchwater.cli.http.Page;
import io.catchwater.cli.http.PageAddress;
import picocli.CommandLine.Option;

/** {@code --http}, of the verbs that serve. */
final class PageOption {

    @Option(
            names = "--http",
            paramLabel = "[HOST:]PORT",
            description = "Serve a page with the status of all sources, and /api/status. Host: 127.0.0.1.")
    private String address;

    /**
     * Takes the port.
     *
     * @return the page, to be closed by the caller; {@link Page#NONE} where none was asked for
     * @throws CommandFailure when the address is none, or the port is taken
     */
    Page open() {
        if (address == null) {
            return Page.NONE;
        }
        try {
            return HttpPage.bind(PageAddress.parse(address));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitStatus.USAGE, "--http: " + e.getMessage(), e);
        }
    }
}
