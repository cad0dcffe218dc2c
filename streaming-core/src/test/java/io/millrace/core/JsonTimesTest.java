package io.millrace.core;

import static io.millrace.core.JsonValuesTest.MALFORMED;
import static io.millrace.core.JsonValuesTest.read;
import static io.millrace.core.JsonValuesTest.reason;
import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The values of timestamps, dates and epochs in JSON documents. */
class JsonTimesTest {
    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "1767225600",
                "1767225600000",
                "86400",
                "12345",
                "2026",
                "20260301",
                "1.5",
                "true",
                "\"1767225600\"",
                "\"2026\"",
                "\"2026-03\"",
                "\"86400\"",
                "\"12345-01-01\"",
                "\"+12345-01-01\"",
                "\"-0001-01-01T00:00:00Z\"",
                "\"0000-12-31T23:59:59Z\"",
                "\"12:30\"",
                "\"T12:30\"",
                "\"12:30:00Z\"",
                "\"now\"",
                "\"today\"",
                "\"epoch\"",
                "\"2026-03-01 noon\"",
                "\"2026-02-30\"",
                "\"2026-03-01-02\"",
                "\"\"",
            })
    void aTimestampIsNeverMadeOfANumberNorOfThePresentDay(String json) {
        assertThat(read(json, fields -> fields.timestamp("v", "$.v"))).isEqualTo(MALFORMED);
        assertThat(read(json, fields -> fields.date("v", "$.v"))).isEqualTo(MALFORMED);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00"})
    void aTimestampBeyondTheYearsThatDatabasesShareIsMalformed(String text) {
        assertThat(read('"' + text + '"', fields -> fields.timestamp("v", "$.v")))
                .isEqualTo(MALFORMED);
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "2026-03-01T10:00:00Z, 2026-03-01 10:00:00",
        "2026-03-01T10:00:00.123456Z, 2026-03-01 10:00:00.123456",
        "2026-03-01T10:00:00.123456789Z, 2026-03-01 10:00:00.123456",
        "2026-03-01T10:00:00+02:00, 2026-03-01 08:00:00",
        "2026-03-01 10:00, 2026-03-01 10:00:00",
        "2026-3-1, 2026-03-01 00:00:00",
        "0001-01-01T00:00:00Z, 0001-01-01 00:00:00",
        "9999-12-31T23:59:59.999999Z, 9999-12-31 23:59:59.999999",
    })
    void aTimestampIsTheInstantOfItsText(String text, String expected) {
        assertThat(read('"' + text + '"', fields -> fields.timestamp("v", "$.v")))
                .isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "2026-03-01, 2026-03-01",
        "2026-3-1, 2026-03-01",
        "2026-03-01T23:30:00Z, 2026-03-01",
        "9999-12-31, 9999-12-31",
        "2026-03-01Tsoon, malformed",
        "2026-03-01 and more, malformed",
        "10000-01-01, malformed",
    })
    void aDateIsTheDayOfItsText(String text, String expected) {
        assertThat(read('"' + text + '"', fields -> fields.date("v", "$.v"))).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} s, {1} ms, {2} us")
    @CsvSource({
        "1767225600, 1767225600000, 1767225600000000, 2026-01-01 00:00:00",
        "1767225600.0, 1.7672256e12, 1767225600000000.0, 2026-01-01 00:00:00",
        "1767225600.123456, 1767225600123.456, 1767225600123456, 2026-01-01 00:00:00.123456",
        "1767225600.1234569, 1767225600123.4569, 1767225600123456.9, 2026-01-01 00:00:00.123456",
        "-0.000001, -0.001, -1, 1969-12-31 23:59:59.999999",
        "-1e-999999999, -1e-99999999, -1e-20, 1969-12-31 23:59:59.999999",
        "1e-999999999, 1e-99999999, 1e-20, 1970-01-01 00:00:00",
        "0, 0, 0, 1970-01-01 00:00:00",
        "'\"1767225600\"', '\"1767225600000\"', '\"1767225600000000\"', 2026-01-01 00:00:00",
        "253402300799.999999, 253402300799999.999, 253402300799999999, 9999-12-31 23:59:59.999999",
        "253402300800, 253402300800000, 253402300800000000, malformed",
        "-62135596800, -62135596800000, -62135596800000000, 0001-01-01 00:00:00",
        "-62135596801, -62135596800001, -62135596800000001, malformed",
        "1e999999999, 1e300, 1e19, malformed",
        "true, '\"2026-01-01\"', '\"\"', malformed",
    })
    void anEpochIsTheInstantByTheUnitThatThePipelineNames(
            String seconds, String millis, String micros, String expected) {
        assertThat(read(seconds, fields -> fields.epochSeconds("v", "$.v"))).isEqualTo(expected);
        assertThat(read(millis, fields -> fields.epochMillis("v", "$.v"))).isEqualTo(expected);
        assertThat(read(micros, fields -> fields.epochMicros("v", "$.v"))).isEqualTo(expected);
    }

    @Test
    void theReasonNamesTheCallForANumberThatIsATime() {
        assertThat(reason("1767225600", fields -> fields.timestamp("at", "$.v")))
                .isEqualTo("at is not of type timestamp but a number: name its unit with epochSeconds, epochMillis or"
                        + " epochMicros");
        assertThat(reason("1767225600000000", fields -> fields.epochMillis("at", "$.v")))
                .isEqualTo("at is not a number of milliseconds in the years 0001 to 9999");
    }

    @Test
    void aTextWithoutAZoneIsInTheZoneOfTheSession() {
        var spark = Spark.session().newSession();
        spark.conf().set("spark.sql.session.timeZone", "Europe/Brussels");
        Dataset<Row> rows = spark.sql("SELECT '{\"v\":\"2026-03-01T10:00:00\"}' AS value");

        long seconds = rows.transform(Transforms.jsonFields("value").timestamp("v", "$.v"))
                .selectExpr("unix_seconds(v)")
                .head()
                .getLong(0);

        assertThat(seconds).isEqualTo(1_772_355_600L);
    }
}
