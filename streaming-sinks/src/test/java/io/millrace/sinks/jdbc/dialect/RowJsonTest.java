package io.millrace.sinks.jdbc.dialect;

import static io.millrace.sinks.jdbc.Server.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.internal.spark.ScalaCollections;
import io.millrace.sinks.jdbc.Server;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A dead letter stores its row without loss. */
class RowJsonTest {
    @Test
    void everyTypeKeepsAllItsDigits() {
        StructType schema = new StructType()
                .add("interval", "interval day to second")
                .add("months", "interval year to month")
                .add("local", "timestamp_ntz")
                .add("instant", "timestamp")
                .add("day", "date")
                .add("bytes", "binary")
                .add("amount", "decimal(38,2)")
                .add("ratio", "double")
                .add("none", "string");

        assertThat(RowJson.of(
                        row(
                                Duration.ofSeconds(90),
                                Period.ofMonths(14),
                                LocalDateTime.parse("2026-01-01T12:00:00"),
                                Instant.parse("2026-01-01T00:00:00.000001Z"),
                                LocalDate.parse("2026-01-01"),
                                new byte[] {1},
                                new BigDecimal("12345678901234567890.10"),
                                Double.NaN,
                                null),
                        schema))
                .isEqualTo("{\"interval\":\"PT1M30S\",\"months\":\"P14M\",\"local\":\"2026-01-01T12:00:00\","
                        + "\"instant\":\"2026-01-01T00:00:00.000001Z\",\"day\":\"2026-01-01\",\"bytes\":\"AQ==\","
                        + "\"amount\":12345678901234567890.10,\"ratio\":\"NaN\",\"none\":null}");
    }

    @Test
    void timesOfBothApisAreWrittenAlike() {
        assertThat(json(Timestamp.from(Instant.parse("2026-01-01T12:00:00.1Z")), DataTypes.TimestampType))
                .isEqualTo(json(Instant.parse("2026-01-01T12:00:00.1Z"), DataTypes.TimestampType))
                .isEqualTo("{\"v\":\"2026-01-01T12:00:00.100Z\"}");
        assertThat(json(java.sql.Date.valueOf("2026-01-01"), DataTypes.DateType))
                .isEqualTo("{\"v\":\"2026-01-01\"}");
    }

    @Test
    void bothHoursOfTheEndOfSummerTimeAreDistinct() {
        assertThat(json(Instant.parse("2026-10-25T00:30:00Z"), DataTypes.TimestampType))
                .isNotEqualTo(json(Instant.parse("2026-10-25T01:30:00Z"), DataTypes.TimestampType));
    }

    @Test
    void nestedValuesAreNested() {
        DataType inner = new StructType().add("at", "timestamp").add("n", "int");
        DataType type = DataTypes.createArrayType(inner);

        assertThat(json(scala(List.of(row(Instant.EPOCH, 1), row(null, 2))), type))
                .isEqualTo("{\"v\":[{\"at\":\"1970-01-01T00:00:00Z\",\"n\":1},{\"at\":null,\"n\":2}]}");
        assertThat(json(
                        ScalaCollections.scalaMap(Map.of("k", 1.5)),
                        DataTypes.createMapType(DataTypes.StringType, DataTypes.DoubleType)))
                .isEqualTo("{\"v\":{\"k\":1.5}}");
        assertThat(json(
                        ScalaCollections.scalaMap(Map.of(7, true)),
                        DataTypes.createMapType(DataTypes.IntegerType, DataTypes.BooleanType)))
                .isEqualTo("{\"v\":[[7,true]]}");
        assertThat(json(row(), new StructType())).isEqualTo("{\"v\":{}}");
    }

    @Test
    void textsThatJsonCannotHoldStayDistinct() {
        assertThat(json("a\0b", DataTypes.StringType)).isEqualTo("{\"v\":\"a\\\\u0000b\"}");
        assertThat(json("a\\u0000b", DataTypes.StringType)).isEqualTo("{\"v\":\"a\\\\\\\\u0000b\"}");
        assertThat(json("\\\0", DataTypes.StringType)).isEqualTo("{\"v\":\"\\\\\\\\\\\\u0000\"}");
        assertThat(json("\ud800x", DataTypes.StringType)).isEqualTo("{\"v\":\"\\\\ud800x\"}");
        assertThat(json("C:\\users \ud83d\ude00", DataTypes.StringType))
                .isEqualTo("{\"v\":\"C:\\\\users \ud83d\ude00\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\0b", "\u0001\u001f\"\\/\b\f\n\r\t", "\ud800", "\udc00\ud800", "\ud83d\ude00", "\\u0000"})
    void theServerReadsItAsJson(String text) {
        String json = json(text, DataTypes.StringType).replace("'", "''");

        assertThat(Server.rows("SELECT jsonb_typeof('" + json + "'::jsonb -> 'v')"))
                .containsExactly("string");
    }

    private static String json(Object value, DataType type) {
        return RowJson.of(row(value), new StructType().add("v", type));
    }

    private static Object scala(List<Row> rows) {
        return ScalaCollections.seq(rows);
    }
}
