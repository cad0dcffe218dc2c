package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileLimitsTest {
    @Test
    void sparkTakesOneOfTheTwoLimits(@TempDir Path directory) {
        assertThatThrownBy(() -> Sources.text(directory)
                        .maxFilesPerTrigger(5)
                        .option("MAXBYTESPERTRIGGER", "100")
                        .load(Spark.session()))
                .hasMessageContaining(
                        "maxBytesPerTrigger(and maxFilesPerTrigger): Spark takes one of the two. Leave one"
                                + " of them out.");
    }
}
