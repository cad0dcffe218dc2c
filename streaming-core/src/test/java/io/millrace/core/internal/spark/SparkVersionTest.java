package io.millrace.core.internal.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which versions of Spark each artifact runs on. */
class SparkVersionTest {
    private static final List<String> OF_3 = List.of("3.5");
    private static final List<String> OF_4 = List.of("4.1", "4.2");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "3.5.7|Millrace for Spark 4.1/4.2 is running on Spark 3.5.7: use the artifacts whose names end with"
                        + " -spark3.5_2.12, such as streaming-core-spark3.5_2.12",
                "4.0.1|Millrace for Spark 4.1/4.2 is running on Spark 4.0.1: Millrace runs on Spark 3.5, 4.1 and 4.2"
            })
    void theWrongSparkIsNamedWithTheRightArtifact(String version, String sentence) {
        assertThat(SparkVersion.refusal(version, OF_4)).contains(sentence);
    }

    @Test
    void anArtifactForSpark3RefusesSpark4() {
        assertThat(SparkVersion.refusal("4.2.0", OF_3))
                .contains("Millrace for Spark 3.5 is running on Spark 4.2.0: use the artifacts whose names end with"
                        + " -spark4_2.13, such as streaming-core-spark4_2.13");
        assertThat(SparkVersion.refusal("3.4.4", OF_3)).isPresent();
    }

    @Test
    void anArtifactOfTheOtherLineIsRefused() {
        assertThat(SparkVersion.mixture("spark4_2.13", "spark3.5_2.12"))
                .contains("An artifact of Millrace whose name ends with -spark4_2.13 is running with"
                        + " streaming-core-spark3.5_2.12: use the artifacts whose names end with -spark3.5_2.12,"
                        + " such as streaming-core-spark3.5_2.12");
        assertThat(SparkVersion.mixture("spark4_2.13", "spark4_2.13")).isEmpty();
    }

    @Test
    void itsOwnVersionsAndLaterOnesRun() {
        assertThat(SparkVersion.refusal("3.5.0", OF_3)).isEmpty();
        assertThat(SparkVersion.refusal("4.1.3", OF_4)).isEmpty();
        assertThat(SparkVersion.refusal("4.2.0-amzn-0", OF_4)).isEmpty();
        assertThat(SparkVersion.refusal("4.3.0", OF_4)).isEmpty();
        assertThat(SparkVersion.refusal("4.10.0", OF_4)).isEmpty();
        SparkVersion.check();
        SparkVersion.check(SupportedSpark.SUFFIX);
        assertThat(SupportedSpark.MINORS).contains(SparkVersion.minor());
    }
}
