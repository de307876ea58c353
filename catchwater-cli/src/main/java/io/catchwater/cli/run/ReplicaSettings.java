package io.catchwater.cli.run;

import java.nio.file.Path;
import java.util.Optional;

/** What a sink is started with, alone or in a run. */
interface ReplicaSettings {

    /** The source's name. */
    String source();

    /** Kept current, absolute and free of symlinks. */
    Path replica();

    /** Below which snapshots may be put; empty for anywhere. */
    Optional<Path> snapshots();

    /** Bytes per second that it is written at, -1 for no limit; empty for what was commanded last. */
    Optional<Long> throttle();
}
