package io.catchwater.sink.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catchwater.files.Errno;
import io.catchwater.sink.SinkException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DestinationRulesTest {

    @TempDir
    Path folder;

    private DestinationRules rules;

    @BeforeEach
    void make() throws IOException {
        for (String directory : List.of(
                "source/inner", "replica/inner", "allowed/empty", "allowed-not/empty", "full/x", "taken/inner")) {
            Files.createDirectories(folder.resolve(directory));
        }
        Files.writeString(folder.resolve("file"), "");
        Files.createSymbolicLink(folder.resolve("allowed/link"), folder.resolve("source/inner"));
        rules = rules(Optional.empty());
    }

    private DestinationRules rules(Optional<Path> prefix) {
        return new DestinationRules(
                new DestinationRules.Fixed(folder.resolve("replica"), prefix),
                List.of(folder.resolve("source").toString(), "/not/on/this/host"),
                Map.of("other", folder.resolve("taken").toAbsolutePath()));
    }

    private void assertRefused(DestinationRules by, String destination, int errno) {
        assertThatThrownBy(() -> by.check(destination))
                .isInstanceOfSatisfying(
                        SinkException.class,
                        e -> assertThat(e.errno()).as(e.getMessage()).isEqualTo(errno));
    }

    @Test
    void anEmptyDirectoryIsTaken() throws IOException {
        Path empty = folder.resolve("allowed/empty");
        assertThat(rules.check(empty.toString())).isEqualTo(empty.toRealPath());
        assertThat(rules(Optional.of(folder.resolve("allowed"))).check(empty.toString()))
                .isEqualTo(empty.toRealPath());
    }

    @Test
    void everythingElseIsRefusedWithItsNumber() {
        assertRefused(rules, null, Errno.EINVAL);
        assertRefused(rules, "", Errno.EINVAL);
        assertRefused(rules, "relative/path", Errno.EINVAL);
        assertRefused(rules, "/nul\0", Errno.EINVAL);
        assertRefused(rules, folder.resolve("missing").toString(), Errno.ENOENT);
        assertRefused(rules, folder.resolve("file").toString(), Errno.EINVAL);
        assertRefused(rules, folder.resolve("full").toString(), Errno.EEXIST);
        assertRefused(rules, folder.resolve("source/inner").toString(), Errno.EINVAL);
        assertRefused(rules, folder.resolve("allowed/link").toString(), Errno.EINVAL);
        assertRefused(rules, folder.resolve("replica/inner").toString(), Errno.EINVAL);
        assertRefused(rules, folder.resolve("taken/inner").toString(), Errno.EBUSY);
    }

    @Test
    void thePrefixIsComparedByComponents() {
        DestinationRules prefixed = rules(Optional.of(folder.resolve("allowed")));
        assertRefused(prefixed, folder.resolve("allowed-not/empty").toString(), Errno.EINVAL);
        assertRefused(prefixed, folder.resolve("allowed/../allowed-not/empty").toString(), Errno.EINVAL);
    }
}
