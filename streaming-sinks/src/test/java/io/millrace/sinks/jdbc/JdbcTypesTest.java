package io.millrace.sinks.jdbc;

import static io.millrace.sinks.jdbc.Server.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.internal.spark.ScalaCollections;
import io.millrace.sinks.jdbc.postgres.PostgresDialect;
import java.math.BigDecimal;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JdbcTypesTest extends ColumnTypes {
    @Override
    Database database() {
        return Server.database();
    }

    @Override
    List<String> rows(String query) {
        return Server.rows(query);
    }

    @Override
    void createTable(String column) {
        createTable(List.of(column));
    }

    static Stream<Arguments> values() {
        return Stream.of(
                value("smallint", "smallint", (short) -32768, "-32768"),
                value("tinyint", "smallint", (byte) 7, "7"),
                value("int", "integer", Integer.MAX_VALUE, "2147483647"),
                value("bigint", "bigint", Long.MIN_VALUE, "-9223372036854775808"),
                value("bigint", "integer", 12L, "12"),
                value("bigint", "numeric(20,2)", 12345L, "12345.00"),
                value(
                        "decimal(38,18)",
                        "numeric",
                        new BigDecimal("-12345678901234567890.123456789012345678"),
                        "-12345678901234567890.123456789012345678"),
                value("decimal(10,2)", "numeric(10,2)", new BigDecimal("0.05"), "0.05"),
                value("decimal(10,0)", "numeric", new BigDecimal("10000"), "10000"),
                value("decimal(10,4)", "numeric", new BigDecimal("0.0000"), "0.0000"),
                value("float", "real", 1.5f, "1.5"),
                value("double", "double precision", Double.NaN, "NaN"),
                value("double", "double precision", -0.1, "-0.1"),
                value("boolean", "boolean", true, "t"),
                value("string", "text", "ä\uD83D\uDE00'\"\\", "ä\uD83D\uDE00'\"\\"),
                value("string", "varchar(3)", "abc", "abc"),
                value("string", "varchar(3)", "abc  ", "abc"),
                value("string", "char(4)", "ab", "ab  "),
                value("binary", "bytea", new byte[] {0, 1, -1}, "\\x0001ff"),
                value("date", "date", LocalDate.of(1582, 10, 4), "1582-10-04"),
                value("date", "date", Date.valueOf("2026-01-31"), "2026-01-31"),
                value(
                        "timestamp",
                        "timestamptz",
                        Instant.parse("2026-01-01T00:00:00.123456Z"),
                        "2026-01-01 00:00:00.123456+00"),
                value(
                        "timestamp",
                        "timestamptz",
                        Timestamp.from(Instant.parse("1969-12-31T23:59:59.999999Z")),
                        "1969-12-31 23:59:59.999999+00"),
                value(
                        "timestamp_ntz",
                        "timestamp",
                        LocalDateTime.parse("1900-01-01T12:00:00.5"),
                        "1900-01-01 12:00:00.5"),
                value("interval day to second", "interval", Duration.ofSeconds(90_061, 5_000), "25:01:01.000005"),
                value("interval year to month", "interval", Period.ofMonths(14), "1 year 2 mons"),
                value("string", "uuid", "0b5a3f0e-3c1c-4c6e-9d0a-6d2a6f1f0c11", "0b5a3f0e-3c1c-4c6e-9d0a-6d2a6f1f0c11"),
                value("string", "json", "{\"a\": 1}", "{\"a\": 1}"),
                value("string", "jsonb", "{\"b\":1,\"a\":[null]}", "{\"a\": [null], \"b\": 1}"),
                value("string", "mood", "glad", "glad"),
                value("string", "inet", "10.0.0.1", "10.0.0.1"),
                value("string", "short_text", "abc", "abc"),
                value("string", "deep_text", "abc  ", "abc"),
                value("int", "deep_int", 7, "7"),
                value("string", "bit(3)", "101", "101"),
                value("string", "interval day", "1", "1 day"),
                value("string", "time(0)", "12:00:00.6", "12:00:01"),
                value("array<string>", "deep_text[]", array("abc ", null), "{abc,NULL}"),
                value("array<string>", "texts", array("abc "), "{abc}"),
                value("array<int>", "deep_int[]", array(7), "{7}"),
                value("array<int>", "int[]", array(1, null, 3), "{1,NULL,3}"),
                value("array<int>", "int[]", array(), "{}"),
                value("array<string>", "text[]", array("a,b", null, "\"c\""), "{\"a,b\",NULL,\"\\\"c\\\"\"}"),
                value("array<string>", "mood[]", array("glad"), "{glad}"),
                value("array<string>", "varchar(3)[]", array("abc"), "{abc}"),
                value("array<decimal(5,1)>", "numeric(5,1)[]", array(new BigDecimal("1.5")), "{1.5}"),
                value(
                        "array<timestamp>",
                        "timestamptz[]",
                        array(Instant.parse("2026-01-01T00:00:00Z")),
                        "{\"2026-01-01 00:00:00+00\"}"));
    }

    @ParameterizedTest(name = "{0} into {1}: {3}")
    @MethodSource("values")
    void aValueIsReadBackUnchangedAndNullAsNull(String spark, String column, Object value, String read) {
        createTable(column);

        ForeachWriter<Row> writer = typed().writer(schema(spark));
        Server.write(writer, row(1, value), row(2, null));
        assertThat(Server.rows("SELECT * FROM typed ORDER BY id")).containsExactly("1|" + read, "2|null");

        Server.write(
                writer,
                IntStream.range(0, PostgresDialect.MANY_ROWS)
                        .mapToObj(n -> row(-n, n == 0 ? value : null))
                        .toArray(Row[]::new));
        assertThat(Server.rows("SELECT * FROM typed WHERE id > -2 ORDER BY id"))
                .as("by COPY")
                .containsExactly("-1|null", "0|" + read, "1|" + read, "2|null");
    }

    static Stream<Arguments> misfits() {
        return Stream.of(
                Arguments.of(
                        "bigint", "integer", 1L << 31, "column \"value\": the number is out of the range of integer"),
                Arguments.of("int", "smallint", 40_000, "column \"value\": the number is out of the range of smallint"),
                Arguments.of(
                        "decimal(10,2)",
                        "numeric(4,2)",
                        new BigDecimal("100.00"),
                        "column \"value\": the number has more than 2 digits before the decimal point"),
                Arguments.of("string", "varchar(3)", "abcd", "column \"value\": the text has more than 3 characters"),
                Arguments.of("string", "text", "a\0b", "column \"value\": the text has a NUL character"),
                Arguments.of("string", "jsonb", "{", "(SQLSTATE 22P02, column \"value\")"),
                Arguments.of("string", "jsonb", "{\"a\": \"\\u0000\"}", "(SQLSTATE 22P05, column \"value\")"),
                Arguments.of("string", "uuid", "canary", "(SQLSTATE 22P02)"),
                Arguments.of("string", "bit(3)", "10101", "(SQLSTATE 22026)"),
                Arguments.of("string", "varbit(3)", "10101", "(SQLSTATE 22001)"),
                Arguments.of("string", "varchar(3)", "abc\t\n", "the text has more than 3 characters"),
                Arguments.of("string", "deep_text", "abcdef", "column \"value\": the text has more than 3 characters"),
                Arguments.of("string", "positive", "-1", "(SQLSTATE 23514"),
                Arguments.of(
                        "array<string>",
                        "varchar(3)[]",
                        array("abc\t\n"),
                        "column \"value\": the text has more than 3 characters"),
                Arguments.of("array<string>", "bit(3)[]", array("10101"), "(SQLSTATE 22026)"),
                Arguments.of(
                        "array<string>",
                        "texts",
                        array("abcd"),
                        "column \"value\": the text has more than 3 characters"));
    }

    @Test
    void typesThatDoNotMatchAreRefusedBeforeTheStart() {
        createTable("timestamp");

        assertThatThrownBy(() -> typed().writer(schema("timestamp")))
                .hasMessageContaining("its column \"value\" is timestamp without time zone, which does not take the"
                        + " stream's timestamp");
    }

    /** The table {@code typed} with these columns after its id: value, value1, value2 and so on. */
    static void createTable(List<String> columns) {
        StringJoiner table = new StringJoiner(", ", "CREATE TABLE typed (id int PRIMARY KEY, ", ")");
        for (int index = 0; index < columns.size(); index++) {
            table.add(name(index) + " " + columns.get(index));
        }
        Server.execute(
                "DROP TABLE IF EXISTS typed",
                "DROP DOMAIN IF EXISTS short_text",
                "DROP TYPE IF EXISTS mood",
                "CREATE TYPE mood AS ENUM ('glad', 'sad')",
                "CREATE DOMAIN short_text AS varchar(5)",
                "DROP DOMAIN IF EXISTS deep_text, code, deep_int, number, texts, positive",
                "CREATE DOMAIN code AS varchar(3)",
                "CREATE DOMAIN deep_text AS code",
                "CREATE DOMAIN number AS int",
                "CREATE DOMAIN deep_int AS number",
                "CREATE DOMAIN texts AS varchar(3)[]",
                "CREATE DOMAIN positive AS money CHECK (VALUE > 0::money)",
                table.toString());
    }

    static String name(int index) {
        return index == 0 ? "value" : "value" + index;
    }

    private static Object array(@Nullable Object... elements) {
        return ScalaCollections.seq(Arrays.asList(elements));
    }
}
