package io.catchwater.cli.hook;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * What a program's environment needs so that it is captured.
 *
 * @param library the hook
 * @param ring of the source
 */
public record HookEnvironment(Path library, Path ring) {

    private static final String PRELOAD = "LD_PRELOAD";
    private static final String RING = "CATCHWATER_RING";

    /** Set by the launcher when it gave this process another locale: LC_ALL as it was, or {@link #UNSET}. */
    private static final String LOCALE = "CATCHWATER_LOCALE";

    private static final String UNSET = "unset";

    /** Changes a program's environment; what it preloads already stays, after the hook, and its locale is its own again. */
    public void addTo(Map<String, String> environment) {
        String present = environment.getOrDefault(PRELOAD, "").strip();
        environment.put(PRELOAD, present.isEmpty() ? library.toString() : library + ":" + present);
        environment.put(RING, ring.toString());
        restoreLocale(environment);
    }

    /** The environment of a program that is not captured: this process's own, with its locale as the user has it. */
    public static Map<String, String> without(Map<String, String> environment) {
        Map<String, String> own = new HashMap<>(environment);
        own.remove(PRELOAD);
        own.remove(RING);
        restoreLocale(own);
        return own;
    }

    private static void restoreLocale(Map<String, String> environment) {
        String before = environment.remove(LOCALE);
        if (UNSET.equals(before)) {
            environment.remove("LC_ALL");
        } else if (before != null) {
            environment.put("LC_ALL", before);
        }
    }
}
