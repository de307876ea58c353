package io.catchwater.product;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.pipeline.TreeDifferences;
import io.catchwater.pipeline.Workplace;
import io.catchwater.product.Product.Ended;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** git, tar, rsync, cp, sed, SQLite with a rollback journal, LMDB: what they leave is in the replica, and none is missed. */
final class ProgramsIT {

    @Test
    void nothingIsMissed() throws Exception {
        try (Workplace place = new Workplace();
                Product product = new Product(place.directory("product"))) {
            Path source = Files.createDirectory(place.disk.resolve("source"));
            Path replica = Files.createDirectory(place.disk.resolve("replica"));
            Path script = place.disk.resolve("programs.sh");
            try (InputStream in = ProgramsIT.class.getResourceAsStream("/programs.sh")) {
                Files.copy(in, script);
            }
            Path material = material(Files.createDirectory(place.disk.resolve("material")));
            Ended ended = product.run(
                    "run", "--source", "app=" + source, "--replica", replica, "--", "bash", script, source, material);
            assertThat(ended.status()).as(ended.err()).isZero();
            assertThat(ended.err()).doesNotContain("captured");
            assertThat(TreeDifferences.between(source, replica)).isEmpty();
        }
    }

    /** Some hundred files in folders, to be committed, packed and copied. */
    private static Path material(Path directory) throws IOException {
        for (int number = 0; number < 300; number++) {
            Path folder = Files.createDirectories(directory.resolve("folder" + number % 7 + "/inner" + number % 3));
            Files.writeString(folder.resolve("file" + number), ("line " + number + "\n").repeat(number * 10));
        }
        return directory;
    }
}
