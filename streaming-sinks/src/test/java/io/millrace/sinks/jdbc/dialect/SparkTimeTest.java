package io.millrace.sinks.jdbc.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Spark's values of either Java API are the same day and moment, whichever calendar java.sql counts them in. */
class SparkTimeTest {
    private static final LocalDate EPOCH = LocalDate.of(2000, 1, 1);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-0043-03-15",
                "0000-02-29",
                "0001-01-01",
                "1582-10-04",
                "1582-10-15",
                "1883-11-18",
                "1900-12-31",
                "1969-12-31",
                "2026-03-29",
                "9999-12-31"
            })
    void bothApisGiveTheSameTime(String text) {
        LocalDate date = LocalDate.parse(text);
        int days = Math.toIntExact(date.toEpochDay() - EPOCH.toEpochDay());
        LocalDateTime moment = date.atTime(1, 30, 0, 123_456_000);
        long micros = Duration.between(EPOCH.atStartOfDay(), moment).toSeconds() * 1_000_000 + 123_456;

        assertThat(SparkTime.days(date)).isEqualTo(days);
        assertThat(SparkTime.days(DateTimeUtils.toJavaDate(Math.toIntExact(date.toEpochDay()))))
                .isEqualTo(days);
        assertThat(SparkTime.micros(moment)).isEqualTo(micros);
        assertThat(SparkTime.micros(moment.toInstant(ZoneOffset.UTC))).isEqualTo(micros);
        assertThat(SparkTime.micros(DateTimeUtils.toJavaTimestamp(DateTimeUtils.localDateTimeToMicros(moment))))
                .isEqualTo(micros);
    }
}
