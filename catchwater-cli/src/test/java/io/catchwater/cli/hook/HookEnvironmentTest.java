package io.catchwater.cli.hook;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class HookEnvironmentTest {

    private final HookEnvironment hook = new HookEnvironment(Path.of("/lib/hook.so"), Path.of("/dev/shm/ring"));

    @Test
    void keepsWhatIsPreloadedAlready() {
        Map<String, String> environment = new HashMap<>(Map.of("LD_PRELOAD", "/lib/other.so"));
        hook.addTo(environment);
        assertThat(environment)
                .containsEntry("LD_PRELOAD", "/lib/hook.so:/lib/other.so")
                .containsEntry("CATCHWATER_RING", "/dev/shm/ring");
    }

    @Test
    void startsFromNothing() {
        Map<String, String> environment = new HashMap<>();
        hook.addTo(environment);
        assertThat(environment).containsEntry("LD_PRELOAD", "/lib/hook.so");
    }

    @Test
    void givesTheProgramItsOwnLocaleBack() {
        Map<String, String> environment = new HashMap<>(Map.of("LC_ALL", "C.UTF-8", "CATCHWATER_LOCALE", "unset"));
        hook.addTo(environment);
        assertThat(environment).doesNotContainKeys("LC_ALL", "CATCHWATER_LOCALE");

        environment.putAll(Map.of("LC_ALL", "C.UTF-8", "CATCHWATER_LOCALE", "C"));
        hook.addTo(environment);
        assertThat(environment).containsEntry("LC_ALL", "C").doesNotContainKey("CATCHWATER_LOCALE");
    }

    @Test
    void leavesNothingOfItselfToWhatIsNotCaptured() {
        Map<String, String> environment =
                new HashMap<>(Map.of("LC_ALL", "C.UTF-8", "CATCHWATER_LOCALE", "C", "HOME", "/"));
        hook.addTo(environment);
        environment.put("CATCHWATER_LOCALE", "C");
        assertThat(HookEnvironment.without(environment)).isEqualTo(Map.of("LC_ALL", "C", "HOME", "/"));
    }
}
