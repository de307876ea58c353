package io.catchwater.bridge.source;

import io.catchwater.schemas.control.CapturedProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The programs that began under the hook and have not ended, those that began last. Any thread. */
public final class CapturedPrograms {

    /** Programs remembered. */
    static final int LIMIT = 4096;

    private final Map<Integer, CapturedProcess> programs = new LinkedHashMap<>();

    /**
     * A program began: it has executed, or its process has.
     *
     * @param timeNs wall clock, nanoseconds since 1970
     */
    public synchronized void began(int pid, String program, long timeNs) {
        programs.remove(pid);
        programs.put(pid, new CapturedProcess(pid, program, timeNs));
        if (programs.size() > LIMIT) {
            programs.remove(programs.keySet().iterator().next());
        }
    }

    /**
     * Those that have the ring still, the oldest first.
     *
     * @param proc the mounted proc file system
     * @param segment of the ring
     */
    public List<CapturedProcess> alive(Path proc, int segment) {
        RingMapping mapping = new RingMapping(proc, segment);
        List<CapturedProcess> alive = new ArrayList<>();
        for (CapturedProcess each : snapshot()) {
            if (Files.exists(proc.resolve(Integer.toString(each.getPid()))) && mapping.isIn(each.getPid())) {
                alive.add(each);
            } else {
                forget(each);
            }
        }
        return alive;
    }

    private synchronized List<CapturedProcess> snapshot() {
        return List.copyOf(programs.values());
    }

    private synchronized void forget(CapturedProcess ended) {
        programs.remove(ended.getPid(), ended);
    }
}
