package io.catchwater.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.catchwater.files.ExtendedAttributes;
import io.catchwater.pipeline.TreeDifferences;
import io.catchwater.pipeline.Workplace;
import io.catchwater.product.Product.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * A source of two directories, one on a file system that a program fills up: short writes, ENOSPC, room again. Then it mounts
 * file systems inside the other, and takes one away.
 */
final class FullFileSystemIT {

    private static final String SCRIPT = """
            cd %s
            dd if=/dev/urandom of=first bs=300000 count=20 2>/dev/null && exit 1
            test "$(stat -c %%s first)" -gt 600000 || exit 2
            echo more 2>/dev/null >>first && exit 3
            fallocate -l 5000000 second 2>/dev/null && exit 4
            : >third
            truncate -s 500000 first
            cat first first first >third 2>/dev/null && exit 5
            rm first
            dd if=/dev/urandom of=fourth bs=1000 count=300 2>/dev/null || exit 6
            cd %s
            mv ../small/third . 2>/dev/null
            mkdir mounted
            mount -t tmpfs tmpfs mounted || exit 7
            echo below >mounted/file
            umount mounted || exit 8
            rmdir mounted || exit 9
            mkdir kept
            mount -t tmpfs tmpfs kept || exit 10
            echo below >kept/file
            exit 0
            """;

    @Test
    void whatDidNotFitIsNotInTheBackup() throws Exception {
        assumeTrue(ExtendedAttributes.maySeeTrusted(), "only root may mount");
        try (Workplace place = new Workplace();
                Product product = new Product(place.directory("product"))) {
            Path large = Files.createDirectory(place.disk.resolve("large"));
            Path small = Files.createDirectory(place.disk.resolve("small"));
            Path replica = Files.createDirectory(place.disk.resolve("replica"));
            mount("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small);
            try {
                Ended ended = product.run(
                        "run",
                        "--source",
                        "app=" + large + "," + small,
                        "--replica",
                        replica,
                        "--",
                        "sh",
                        "-c",
                        SCRIPT.formatted(small, large));
                assertThat(ended.status()).as(ended.err()).isZero();
                assertThat(ended.err()).doesNotContain("captured");
                assertThat(TreeDifferences.between(small, replica.resolve("small")))
                        .isEmpty();
                assertThat(TreeDifferences.between(large, replica.resolve("large")))
                        .isEmpty();
                assertThat(large.resolve("third")).isNotEmptyFile();
            } finally {
                mount("umount", large.resolve("kept"));
                mount("umount", small);
            }
        }
    }

    private static void mount(Object... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        java.util.Arrays.stream(command).map(Object::toString).toList())
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
    }
}
