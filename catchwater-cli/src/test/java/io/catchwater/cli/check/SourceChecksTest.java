package io.catchwater.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SourceChecksTest {

    @TempDir
    private Path directory;

    private Finding check() {
        return new SourceChecks(List.of(directory)).all().get(0);
    }

    @Test
    void namesWhatWouldBeLeftOut() throws IOException {
        Files.createDirectories(directory.resolve("pg/global"));
        Files.writeString(directory.resolve("pg/PG_VERSION"), "15\n");
        Files.writeString(directory.resolve("pg/postmaster.pid"), "4242\n");
        assertThat(check())
                .isEqualTo(Finding.ok(
                        "run files", directory + ": left out of snapshots and restores: pg/postmaster.pid (pid file)"));
        assertThat(directory.resolve("pg/postmaster.pid")).exists();
    }

    @Test
    void saysWhenEverythingIsIn() throws IOException {
        Files.writeString(directory.resolve("app.pid"), "4242\n");
        assertThat(check().isOk()).isTrue();
        assertThat(check().text()).isEqualTo(directory + ": none; snapshots and restores have everything");
    }

    @Test
    void aDirectoryThatCannotBeReadIsWrong() {
        Finding finding =
                new SourceChecks(List.of(directory.resolve("none"))).all().get(0);
        assertThat(finding.isOk()).isFalse();
        assertThat(finding.text()).startsWith("cannot read " + directory.resolve("none"));
    }
}
