package io.millrace.core.internal.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JsonScannerTest {
    private static final int ROUNDS = 600;

    /** Two fixed seeds and a random one; the name of the test has the seed. */
    static LongStream seeds() {
        return LongStream.of(1, 2, new Random().nextLong());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whatIsScannedIsWhatJacksonsTokensGive(long seed) {
        JsonScannerDifferences compared = new JsonScannerDifferences(seed).compare(ROUNDS);

        assertThat(compared.shown()).isEmpty();
        assertThat(compared.differences()).isZero();
        assertThat(compared.plainButLeft()).isZero();
        assertThat(compared.documents()).isGreaterThan(200L * ROUNDS);
        assertThat(compared.scanned()).isGreaterThan(20L * ROUNDS);
        assertThat(compared.found()).isGreaterThan(20L * ROUNDS);
    }
}
