package io.catchwater.sink.seal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubsetTest {

    @ParameterizedTest
    @CsvSource({"1, 7, 7, 7", "0.05, 1000, 49, 51", "0.05, 3, 1, 1", "0.5, 10, 5, 5", "0.001, 1, 1, 1", "0.3, 0, 0, 0"})
    void takesItsShareAndAtLeastOne(double share, int files, int least, int most) {
        Random random = new Random(7);
        for (int attempt = 0; attempt < 200; attempt++) {
            Subset subset = new Subset(share, files, random);
            long taken =
                    IntStream.range(0, files).filter(i -> subset.takesNext()).count();
            assertThat(taken).isBetween((long) least, (long) most);
        }
    }
}
