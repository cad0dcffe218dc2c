package io.millrace.sinks.jdbc.dialect;

import static io.millrace.sinks.jdbc.Server.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rows of dead letters come back as they were sent, or not at all. */
class RowJsonReaderTest {
    static Stream<Arguments> values() {
        return Stream.of(
                Arguments.of("tinyint", List.of(Byte.MIN_VALUE, (byte) 0, Byte.MAX_VALUE)),
                Arguments.of("smallint", List.of(Short.MIN_VALUE, Short.MAX_VALUE)),
                Arguments.of("int", List.of(Integer.MIN_VALUE, Integer.MAX_VALUE)),
                Arguments.of("bigint", List.of(Long.MIN_VALUE, (1L << 53) + 1, Long.MAX_VALUE)),
                Arguments.of(
                        "decimal(38,18)",
                        List.of(
                                new BigDecimal("12345678901234567890.123456789012345678"),
                                new BigDecimal("-0.000000000000000001"))),
                Arguments.of("decimal(38,0)", List.of(new BigDecimal("9".repeat(38)))),
                Arguments.of(
                        "double",
                        List.of(
                                0.1,
                                -0.0,
                                0.0,
                                1e-300,
                                Double.MIN_VALUE,
                                Double.MAX_VALUE,
                                Double.NaN,
                                Double.POSITIVE_INFINITY,
                                Double.NEGATIVE_INFINITY,
                                9.007199254740991e15)),
                Arguments.of(
                        "float",
                        List.of(
                                0.1f,
                                -0.0f,
                                Float.MIN_VALUE,
                                Float.MAX_VALUE,
                                16777215f,
                                Float.NaN,
                                Float.NEGATIVE_INFINITY)),
                Arguments.of("boolean", List.of(true, false)),
                Arguments.of("binary", List.of(new byte[0], new byte[] {0, -1, 127, -128})),
                Arguments.of(
                        "date",
                        Stream.of("0001-01-03", "1582-10-04", "1970-01-01", "9999-12-31", "+12026-01-01")
                                .map(LocalDate::parse)
                                .toList()),
                Arguments.of(
                        "timestamp",
                        Stream.of(
                                        "0001-01-03T00:00:00Z",
                                        "1582-10-04T12:00:00.000001Z",
                                        "1969-12-31T23:59:59.999999Z",
                                        "2026-10-25T00:30:00Z",
                                        "2026-10-25T01:30:00Z",
                                        "+12026-01-01T00:00:00Z")
                                .map(Instant::parse)
                                .toList()),
                Arguments.of(
                        "timestamp_ntz",
                        Stream.of("2026-03-29T02:30:00", "2026-01-01T00:00:00.123456", "0001-01-03T00:00:00")
                                .map(LocalDateTime::parse)
                                .toList()),
                Arguments.of("interval day to second", List.of(Duration.ofSeconds(90, 1_000), Duration.ofDays(-3))),
                Arguments.of("interval year to month", List.of(Period.ofMonths(14), Period.ofMonths(-1))),
                Arguments.of(
                        "string",
                        List.of(
                                "",
                                " x ",
                                "it's \"quoted\"",
                                "back\\slash, \\n and \\\\N",
                                "tab\t, line\nand return\r\n.\u0001",
                                "before\0after",
                                "\\u0000",
                                "\\\0",
                                "\\\\u0041 \\\\\\u0041",
                                "\ud800 half, \udc00 half",
                                "\ud83d\ude00",
                                "NaN",
                                "null")));
    }

    @ParameterizedTest
    @MethodSource("values")
    void everyValueComesBack(String type, List<?> values) throws Exception {
        for (Object value : values) {
            assertThat(sentAndRead(value, type)).as(type + " " + value).isEqualTo(internal(value, type));
        }
        assertThat(sentAndRead(null, type)).isNull();
    }

    @Test
    void everyTextOfBackslashesAndWhatFollowsThemComesBack() throws Exception {
        Random random = new Random(1);
        for (int text = 0; text < 20_000; text++) {
            StringBuilder made = new StringBuilder();
            for (int part = 0; part < 8; part++) {
                made.append(List.of("\\", "\\", "u", "0041", "0", "\0", "\ud800", "\udc00", "x")
                        .get(random.nextInt(9)));
            }
            assertThat(new RowJsonReader(schema("string"))
                            .row(RowJson.of(row(made.toString()), schema("string")))
                            .getString(0))
                    .isEqualTo(made.toString());
        }
    }

    @Test
    void nestedValuesComeBack() throws Exception {
        String type = "struct<a:array<timestamp>,m:map<string,decimal(3,1)>,n:map<int,struct<b:binary>>>";
        String json = "{\"v\":{\"a\":[\"2026-01-01T00:00:00Z\",null],\"m\":{\"k\":1.5,\"\\\\u0000\":null},"
                + "\"n\":[[1,{\"b\":\"AQ==\"}],[2,null]]}}";
        Row read = new RowJsonReader(schema(type)).row(json);

        Row again = (Row) CatalystTypeConverters.convertToScala(
                CatalystTypeConverters.createToCatalystConverter(schema(type)).apply(read), schema(type));
        assertThat(RowJson.of(again, schema(type))).isEqualTo(json);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tinyint|128",
                "int|1.0",
                "int|\"1\"",
                "bigint|9223372036854775808",
                "decimal(3,1)|1.25",
                "decimal(3,1)|100.0",
                "double|1e999",
                "double|\"x\"",
                "float|1e39",
                "boolean|\"true\"",
                "string|1",
                "string|{}",
                "date|\"2026-01-01T00:00:00Z\"",
                "date|\"2026-02-30\"",
                "timestamp|\"2026-01-01T00:00:00\"",
                "timestamp|\"2026-01-01T00:00:00.0000001Z\"",
                "timestamp_ntz|\"2026-01-01T00:00:00Z\"",
                "binary|\"!\"",
                "interval day|\"PT1H\"",
                "interval year|\"P14M\"",
                "array<int>|[1,\"2\"]",
                "map<int,int>|{}",
                "struct<a:int>|{\"b\":1}",
                "struct<a:int>|{\"a\":1,\"b\":1}",
                "struct<a:int>|{}",
                "int|",
                "int|1} x",
                "int|1,\"v\":2"
            })
    void whatIsNotAValueOfTheTypeIsRefusedWithoutItsText(String typeAndValue) {
        String[] parts = typeAndValue.split("\\|", 2);
        assertThatThrownBy(() -> new RowJsonReader(schema(parts[0])).row("{\"v\":" + parts[1] + "}"))
                .isInstanceOf(RowJsonException.class)
                .hasNoCause();
    }

    private static @Nullable Object sentAndRead(@Nullable Object value, String type) throws Exception {
        StructType schema = schema(type);
        Row read = new RowJsonReader(schema).row(RowJson.of(row(value), schema));
        return internal(read.get(0), type);
    }

    /** As Spark keeps it, so that arrays of bytes are equal if their bytes are. */
    private static @Nullable Object internal(@Nullable Object value, String type) {
        Object internal =
                CatalystTypeConverters.createToCatalystConverter(type(type)).apply(value);
        return internal instanceof byte[] bytes ? new ArrayList<>(List.of(java.util.Arrays.toString(bytes))) : internal;
    }

    private static StructType schema(String type) {
        return new StructType().add("v", type(type));
    }

    private static DataType type(String type) {
        return type.equals("string") ? DataTypes.StringType : DataType.fromDDL(type);
    }
}
