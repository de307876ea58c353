package io.catchwater.cli.run;

import java.nio.file.Path;
import java.util.List;

/** What a bridge is started with, alone or in a run. */
interface CaptureSettings {

    /** The source's name. */
    String source();

    /** Watched, absolute and free of symlinks. */
    List<Path> directories();

    /** Whether programs get io_uring, by which they change files unseen. */
    boolean ioUringAllowed();
}
