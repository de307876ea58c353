package io.catchwater.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.OwnerOnly;
import io.catchwater.cli.embedded.ClientFiles;
import io.catchwater.cli.embedded.CredentialsFile;
import io.catchwater.cli.embedded.Endpoint;
import io.catchwater.cli.http.PageToken;
import io.catchwater.cli.progress.JsonMessages;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code catchwater credentials}: how others log in to the embedded broker and registry, and how they no longer do. */
@Command(
        name = "credentials",
        description = {
            "show: files with which Kafka's tools, kcat and Catchwater elsewhere log in to the embedded broker and registry.",
            "rotate: replace them, and the page's token. A run goes on; what was started with the old ones is refused, at the",
            "latest after five minutes, and has to be started again.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  catchwater credentials show",
            "  kcat -F /var/lib/catchwater/kcat.conf -L",
            "  catchwater credentials rotate --data-dir /srv/catchwater",
        })
public final class CredentialsCommand extends Verb {

    private enum Action {
        SHOW,
        ROTATE
    }

    @Parameters(paramLabel = "show|rotate", arity = "1", description = "What to do.")
    private Action action;

    @Override
    public Integer call() {
        Path directory = dataDirectory();
        try {
            if (action == Action.ROTATE) {
                rotate(directory);
            } else {
                tell(ClientFiles.write(directory));
            }
            return ExitStatus.DONE.code();
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitStatus.FAILED, "cannot use the data directory " + directory + ": " + e.getMessage(), e);
        }
    }

    private void rotate(Path directory) throws IOException {
        ClientFiles.requirePlatform(directory);
        OwnerOnly.directory(directory);
        new CredentialsFile(directory).replace();
        PageToken.of(directory).rotate();
        tell(ClientFiles.write(directory));
        if (Endpoint.find(directory).isPresent() && !json()) {
            console()
                    .out()
                    .println("what logged in with the old ones from another process is refused from now on, at the"
                            + " latest after five minutes; start it again");
        }
    }

    private void tell(ClientFiles files) {
        if (json()) {
            ObjectNode summary = JsonMessages.message("summary");
            summary.put("client_properties", files.java().toString());
            summary.put("librdkafka_properties", files.librdkafka().toString());
            jsonMessages().write(summary);
            return;
        }
        console().out().println(files.java() + "  for Kafka's tools (--command-config) and catchwater --config");
        console().out().println(files.librdkafka() + "  for kcat (-F)");
    }
}
