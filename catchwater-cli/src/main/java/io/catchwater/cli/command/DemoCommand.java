package io.catchwater.cli.command;

import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.demo.Demo;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code catchwater demo}: the product on a live database, proved. */
@Command(
        name = "demo",
        description = {
            "Back up a live SQLite database under load, prove the backup, restore it to an earlier moment.",
            "Works in a temporary directory of its own (TMPDIR), about 200 MB for some seconds.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  catchwater demo",
            "  catchwater demo --keep",
        })
public final class DemoCommand extends Verb {

    @Option(names = "--keep", description = "Keep the directories, to look at them.")
    private boolean keep;

    @Override
    public Integer call() throws InterruptedException, IOException {
        Demo.run(console(), json(), keep);
        return ExitStatus.DONE.code();
    }
}
