package io.millrace.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The times of a progress, as each line of Spark writes them. */
class ProgressTimeTest {
    @ParameterizedTest
    @CsvSource({
        "2026-01-01T00:00:00.000Z, 2026-01-01T00:00:00Z",
        // Spark 3.5 and 4, for a watermark of one wrong clock
        "86399-12-31T00:00:00.000Z, +86399-12-31T00:00:00Z",
        "+86399-12-31T00:00:00.000Z, +86399-12-31T00:00:00Z"
    })
    void yearsOfFiveDigits(String written, String time) {
        assertThat(ProgressTime.parse(written)).isEqualTo(Instant.parse(time));
    }
}
