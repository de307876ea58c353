package io.catchwater.bridge.watch;

import io.catchwater.bridge.source.CapturedPrograms;
import io.catchwater.bridge.source.UncapturedWriters;
import io.catchwater.schemas.control.CapturedProcess;
import io.catchwater.schemas.control.UncapturedProcess;
import java.nio.file.Path;
import java.util.List;

/**
 * The processes of this host.
 *
 * @param proc the mounted proc file system
 * @param segment of the ring
 */
public record HostProcesses(UncapturedWriters writers, CapturedPrograms programs, Path proc, int segment)
        implements CaptureWatch.Processes {

    @Override
    public List<UncapturedProcess> uncaptured() throws InterruptedException {
        return writers.look();
    }

    @Override
    public List<CapturedProcess> captured() {
        return programs.alive(proc, segment);
    }
}
