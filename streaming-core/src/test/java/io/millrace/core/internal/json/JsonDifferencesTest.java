package io.millrace.core.internal.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.Spark;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JsonDifferencesTest {
    private static final int DOCUMENTS = 2_000;

    /** Two fixed seeds and a random one; the name of the test has the seed. */
    static LongStream seeds() {
        return LongStream.of(1, 2, new Random().nextLong());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void findsWhatSparkFindsInDocumentsOfEveryKind(long seed) {
        JsonDifferences compared = new JsonDifferences(Spark.session(), seed).compare(DOCUMENTS, DOCUMENTS / 2);

        assertThat(compared.shown()).isEmpty();
        assertThat(compared.differences()).isZero();
        assertThat(compared.documents()).isEqualTo(DOCUMENTS);
        assertThat(compared.found()).isGreaterThan(DOCUMENTS / 20);
    }
}
