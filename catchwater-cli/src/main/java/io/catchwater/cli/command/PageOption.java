package io.catchwater.cli.command;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.http.HttpPage;
import io.catchwater.cli.http.Page;
import io.catchwater.cli.http.PageAddress;
import io.catchwater.cli.http.PageToken;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** {@code --http}, of the verbs that serve. */
final class PageOption {

    @Option(
            names = "--http",
            paramLabel = "[HOST:]PORT",
            description = "Serve a page with the status of all sources, and /api/status. Host: 127.0.0.1.")
    private String address;

    @Option(
            names = "--http-token-file",
            paramLabel = "FILE",
            description = "What readers of the page have to know. Default: page-token in the data directory.")
    private Path tokenFile;

    /**
     * Takes the port.
     *
     * @param dataDirectory where the page's token is, unless a file was given
     * @return the page, to be closed by the caller; {@link Page#NONE} where none was asked for
     * @throws CommandFailure when the address is none, the port is taken, or the token cannot be used
     */
    Page open(Path dataDirectory) {
        if (address == null && tokenFile != null) {
            throw new CommandFailure(ExitStatus.USAGE, "--http-token-file goes with --http");
        }
        if (address == null) {
            return Page.NONE;
        }
        try {
            PageToken token = tokenFile == null ? PageToken.of(dataDirectory) : PageToken.in(tokenFile);
            return HttpPage.bind(PageAddress.parse(address), token);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitStatus.USAGE, "--http: " + e.getMessage(), e);
        }
    }
}
