package io.catchwater.bridge.cut;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What is run on the source's host beside each cut. Immutable and checked.
 *
 * @param before given to {@code /bin/sh -c}; when it fails there is no cut
 * @param after given to {@code /bin/sh -c} when the cut is placed
 * @param timeLimit of each
 * @param environment of both; what tells them of the cut is added
 */
public record CutCommandSettings(
        Optional<String> before, Optional<String> after, Duration timeLimit, Map<String, String> environment) {

    public static final Duration DEFAULT_TIME_LIMIT = Duration.ofSeconds(30);

    /** Nothing is run. */
    public static final CutCommandSettings NONE =
            new CutCommandSettings(Optional.empty(), Optional.empty(), DEFAULT_TIME_LIMIT, Map.of());

    /** @throws IllegalArgumentException when there is no time to run in; the message can be shown to a user */
    public CutCommandSettings {
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(after, "after");
        if (timeLimit.isNegative() || timeLimit.isZero()) {
            throw new IllegalArgumentException(
                    "no command can run beside a cut within " + timeLimit.toMillis() + " ms");
        }
        environment = Map.copyOf(environment);
    }

    /** True when nothing is run. */
    public boolean isNone() {
        return before.isEmpty() && after.isEmpty();
    }
}
