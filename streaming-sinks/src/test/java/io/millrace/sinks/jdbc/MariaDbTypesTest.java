package io.millrace.sinks.jdbc;

import static io.millrace.sinks.jdbc.Server.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MariaDbTypesTest extends ColumnTypes {
    @Override
    Database database() {
        return MariaDb.database();
    }

    @Override
    List<String> rows(String query) {
        return MariaDb.rows(query);
    }

    @Override
    void createTable(String column) {
        MariaDb.execute(
                "DROP TABLE IF EXISTS typed",
                "CREATE TABLE typed (id int PRIMARY KEY, value " + column
                        + (column.startsWith("timestamp") ? " NULL" : "") + ") CHARACTER SET utf8mb4");
    }

    static Stream<Arguments> values() {
        return Stream.of(
                value("tinyint", "tinyint", (byte) -128, "-128"),
                value("smallint", "smallint", (short) -32768, "-32768"),
                value("int", "mediumint", 8_388_607, "8388607"),
                value("int", "int", Integer.MAX_VALUE, "2147483647"),
                value("bigint", "int unsigned", 4_294_967_295L, "4294967295"),
                value("bigint", "bigint", Long.MIN_VALUE, "-9223372036854775808"),
                value("bigint", "decimal(20,2)", 12345L, "12345.00"),
                value(
                        "decimal(38,18)",
                        "decimal(38,18)",
                        new BigDecimal("-12345678901234567890.123456789012345678"),
                        "-12345678901234567890.123456789012345678"),
                value("decimal(10,2)", "decimal(10,2)", new BigDecimal("0.05"), "0.05"),
                value("float", "float", 1.5f, "1.5"),
                value("float", "double", 1.5f, "1.5"),
                value("double", "double", -0.1, "-0.1"),
                value("boolean", "boolean", true, "1"),
                value("boolean", "bit(1)", true, "b'1'"),
                value("string", "text", "ä\uD83D\uDE00'\"\\\0", "ä\uD83D\uDE00'\"\\\0"),
                value("string", "varchar(3)", "äöü", "äöü"),
                value("string", "char(4)", "ab", "ab"),
                value("string", "longtext", "long", "long"),
                value("string", "json", "{\"b\":1, \"a\":[null]}", "{\"b\":1, \"a\":[null]}"),
                value("string", "enum('glad','sad')", "glad", "glad"),
                value("string", "set('a','b')", "a,b", "a,b"),
                value("string", "enum('glad','2')", "2", "2"),
                value("string", "enum('2','glad')", "2 ", "2"),
                value("string", "enum('glad','sad')", "SAD ", "sad"),
                value("string", "set('3','b')", "3", "3"),
                value("string", "set('a','b')", "b,A", "a,b"),
                value("string", "set('a','b')", "", ""),
                value("string", "varchar(3)", "abc ", "abc"),
                value("string", "char(4)", "ab ", "ab"),
                value("float", "double", 0.1f, "0.10000000149011612"),
                value("float", "float", Float.MIN_VALUE, "1.4013e-45"),
                value("decimal(10,4)", "decimal(10,2)", new BigDecimal("1.0050"), "1.01"),
                value("decimal(10,4)", "decimal(10,2)", new BigDecimal("-1.0050"), "-1.01"),
                value("decimal(10,4)", "decimal(10,2)", new BigDecimal("-0.0049"), "0.00"),
                value("timestamp", "timestamp", Instant.parse("2026-01-01T00:00:00.999999Z"), "2026-01-01 00:00:00"),
                value(
                        "timestamp",
                        "timestamp(6)",
                        Instant.parse("1970-01-01T00:00:00.5Z"),
                        "1970-01-01 00:00:00.500000"),
                value(
                        "timestamp",
                        "timestamp(6)",
                        Instant.parse("2038-01-19T03:14:07.999999Z"),
                        "2038-01-19 03:14:07.999999"),
                value(
                        "timestamp_ntz",
                        "datetime(2)",
                        LocalDateTime.parse("1969-12-31T23:59:59.999999"),
                        "1969-12-31 23:59:59.990000"),
                value("string", "uuid", "0b5a3f0e-3c1c-4c6e-9d0a-6d2a6f1f0c11", "0b5a3f0e-3c1c-4c6e-9d0a-6d2a6f1f0c11"),
                value("string", "inet6", "::1", "::1"),
                value("binary", "varbinary(3)", new byte[] {0, 1, -1}, "0001FF"),
                value("binary", "binary(3)", new byte[] {0, 1, -1}, "0001FF"),
                value("binary", "longblob", new byte[] {0, 1, -1}, "0001FF"),
                value("date", "date", LocalDate.of(1582, 10, 4), "1582-10-04"),
                value("date", "date", Date.valueOf("2026-01-31"), "2026-01-31"),
                value(
                        "timestamp",
                        "timestamp(6)",
                        Instant.parse("2026-01-01T00:00:00.123456Z"),
                        "2026-01-01 00:00:00.123456"),
                value(
                        "timestamp",
                        "timestamp(6)",
                        Timestamp.from(Instant.parse("2026-03-29T01:30:00.999999Z")),
                        "2026-03-29 01:30:00.999999"),
                value(
                        "timestamp_ntz",
                        "datetime(6)",
                        LocalDateTime.parse("1900-01-01T12:00:00.5"),
                        "1900-01-01 12:00:00.500000"));
    }

    @ParameterizedTest(name = "{0} into {1}: {3}")
    @MethodSource("values")
    void aValueIsReadBackUnchangedAndNullAsNull(String spark, String column, Object value, String read) {
        createTable(column);

        Server.write(typed().writer(schema(spark)), row(1, value), row(2, null));

        assertThat(MariaDb.rows("SELECT id, " + shown(column) + " FROM typed ORDER BY id"))
                .containsExactly("1|" + read, "2|null");
    }

    static Stream<Arguments> misfits() {
        return Stream.of(
                Arguments.of("bigint", "int", 1L << 31, "(SQLSTATE 22003, column \"value\")"),
                Arguments.of("bigint", "int unsigned", -1L, "(SQLSTATE 22003, column \"value\")"),
                Arguments.of(
                        "decimal(10,2)",
                        "decimal(4,2)",
                        new BigDecimal("100.00"),
                        "(SQLSTATE 22003, column \"value\")"),
                Arguments.of("double", "double", Double.NaN, "column \"value\": the number is not finite"),
                Arguments.of("string", "varchar(3)", "canary", "(SQLSTATE 22001, column \"value\")"),
                Arguments.of(
                        "string", "varchar(9) CHARACTER SET latin1", "\u4e00", "(SQLSTATE 22007, column \"value\")"),
                Arguments.of("string", "enum('glad')", "canary", "(SQLSTATE 01000, column \"value\")"),
                Arguments.of(
                        "string", "enum('glad','sad')", "2", "column \"value\": the text is a number, and not one of"),
                Arguments.of(
                        "string", "enum('glad','sad')", "0", "column \"value\": the text is a number, and not one of"),
                Arguments.of(
                        "string", "enum('glad','1')", " 1", "column \"value\": the text is a number, and not one of"),
                Arguments.of("string", "enum('a''2''b','c')", "2", "column \"value\": the text is a number"),
                Arguments.of("string", "set('a','b')", "3", "column \"value\": the text is a number, and not one of"),
                Arguments.of("string", "set('a','b')", "-0 ", "column \"value\": the text is a number, and not one of"),
                Arguments.of("string", "set('a','b')", "a,canary", "(SQLSTATE 01000, column \"value\")"),
                Arguments.of("string", "enum('glad')", "", "(SQLSTATE 01000, column \"value\")"),
                Arguments.of(
                        "string",
                        "varchar(9) CHARACTER SET utf8mb3",
                        "canary \uD83D\uDE00",
                        "(SQLSTATE 22007, column \"value\")"),
                Arguments.of("string", "char(3)", "canary", "(SQLSTATE 22001, column \"value\")"),
                Arguments.of("string", "inet4", "canary", "(SQLSTATE 22007, column \"value\")"),
                Arguments.of("binary", "varbinary(2)", new byte[] {1, 2, 0}, "(SQLSTATE 22001, column \"value\")"),
                Arguments.of("float", "float unsigned", -1f, "(SQLSTATE 22003, column \"value\")"),
                Arguments.of("float", "float", Float.POSITIVE_INFINITY, "column \"value\": the number is not finite"),
                Arguments.of(
                        "decimal(10,3)",
                        "decimal(4,2)",
                        new BigDecimal("99.995"),
                        "(SQLSTATE 22003, column \"value\")"),
                Arguments.of(
                        "timestamp",
                        "timestamp(6)",
                        Instant.parse("1970-01-01T00:00:00Z"),
                        "(SQLSTATE 22007, column \"value\")"),
                Arguments.of(
                        "timestamp",
                        "timestamp(6)",
                        Instant.parse("2038-01-19T03:14:08Z"),
                        "(SQLSTATE 22007, column \"value\")"),
                Arguments.of("string", "json", "{canary", "(SQLSTATE 23000, constraint \"typed.value\")"),
                Arguments.of(
                        "string", "uuid", "canary' for column 'canary' at row 1", "(SQLSTATE 22007, column \"value\")"),
                Arguments.of("binary", "binary(3)", new byte[2], "column \"value\": the value has not exactly 3 bytes"),
                Arguments.of(
                        "timestamp",
                        "timestamp(6)",
                        Instant.parse("1969-12-31T23:59:59Z"),
                        "(SQLSTATE 22007, column \"value\")"),
                Arguments.of("date", "date", LocalDate.of(-1, 1, 1), "column \"value\": the year is not one from 1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"array<int>", "interval day to second", "timestamp"})
    void typesThatMariaDbDoesNotHaveAreRefusedBeforeTheStart(String spark) {
        createTable("datetime(6)");

        assertThatThrownBy(() -> typed().writer(schema(spark)))
                .hasMessageContaining("its column \"value\" is datetime(6), which does not take the stream's " + spark);
    }

    private static String shown(String column) {
        return column.contains("binary") || column.contains("blob") ? "hex(value)" : "value";
    }
}
