package io.catchwater.cli.run;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a sink is started with, alone or in a run. */
interface ReplicaSettings {

    /** The source's name. */
    String source();

    /** Kept current, absolute and free of symlinks. */
    Path replica();

    /** Below one of which snapshots have to be put, absolute; empty for anywhere. */
    List<Path> allowedPrefixes();

    /** Bytes per second that it is written at, -1 for no limit; empty for what was commanded last. */
    Optional<Long> throttle();
}
