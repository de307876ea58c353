package io.catchwater.cli.run;

import java.nio.file.Path;
import java.util.List;

/** What a bridge is started with, alone or in a run. */
interface SourceSettings {

    /** The source's name. */
    String source();

    /** Watched, absolute and free of symlinks. */
    List<Path> directories();

    /** How it is captured and copied. */
    CaptureSettings capture();
}
