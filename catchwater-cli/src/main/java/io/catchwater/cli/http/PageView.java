package io.catchwater.cli.http;

import io.catchwater.cli.control.Catalog;
import io.catchwater.cli.control.Health;
import io.catchwater.cli.control.StagePulse;
import io.catchwater.schemas.control.Status;
import java.util.List;
import java.util.Map;

/**
 * What the topics said at one moment.
 *
 * @param timeMs of that moment, milliseconds since 1970
 * @param sources their last statuses, by name
 * @param running last statuses of commands that have not ended
 * @param ended of commands that have, the newest first
 * @param catalog snapshots and windows
 * @param pulses of each source's stages
 * @param health whether each source is captured, by its name
 * @param problem why the topics cannot be read now, for a reader; empty when they can
 */
record PageView(
        long timeMs,
        List<Status> sources,
        List<Status> running,
        List<Status> ended,
        Catalog catalog,
        Map<String, StagePulse.Silence> pulses,
        Map<String, Health> health,
        String problem) {

    static final PageView EMPTY = new PageView(
            0, List.of(), List.of(), List.of(), new Catalog(List.of()), Map.of(), Map.of(), "reading the topics");

    PageView {
        sources = List.copyOf(sources);
        running = List.copyOf(running);
        ended = List.copyOf(ended);
        pulses = Map.copyOf(pulses);
        health = Map.copyOf(health);
    }

    /** The same, which may have become old meanwhile. */
    PageView withProblem(String line) {
        return new PageView(timeMs, sources, running, ended, catalog, pulses, health, line);
    }
}
