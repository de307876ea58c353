package io.catchwater.cli.check;

import io.catchwater.cli.control.LeftOutFiles;
import io.catchwater.files.Descriptor;
import io.catchwater.sink.runfiles.RunFile;
import io.catchwater.sink.seal.RunFileSearch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What snapshots and restores of directories would leave out by themselves. The directories may change meanwhile. */
public final class SourceChecks {

    private static final String NAME = "run files";

    private final List<Path> directories;

    /** @param directories of the source */
    public SourceChecks(List<Path> directories) {
        this.directories = directories;
    }

    /** One for each directory. */
    public List<Finding> all() {
        return directories.stream().map(SourceChecks::runFiles).toList();
    }

    private static Finding runFiles(Path directory) {
        try (Descriptor root = Descriptor.openDirectory(directory)) {
            List<RunFile> found = RunFileSearch.in(root);
            return Finding.ok(
                    NAME,
                    directory + ": "
                            + (found.isEmpty()
                                    ? "none; snapshots and restores have everything"
                                    : "left out of snapshots and restores: "
                                            + LeftOutFiles.of(found).names()));
        } catch (IOException e) {
            return Finding.wrong(NAME, "cannot read " + directory + ": " + e.getMessage());
        }
    }
}
