package io.catchwater.product;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.product.Product.Ended;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README promises first: a live SQLite database, its snapshot under load, its replica, an earlier moment. */
final class DemoIT {

    @TempDir
    private Path directory;

    @Test
    void provesItself() throws Exception {
        try (Product product = new Product(directory)) {
            Ended demo = product.run("demo");
            assertThat(demo.status()).as(demo.err() + demo.out()).isZero();
            assertThat(demo.out())
                    .contains(
                            "integrity_check ok; no transaction is there by half",
                            "byte for byte the source",
                            "The backup was right at every moment that was looked at.");
            System.out.println(demo.out());
        }
    }
}
