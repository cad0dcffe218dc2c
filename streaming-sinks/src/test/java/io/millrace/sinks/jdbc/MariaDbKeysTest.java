package io.millrace.sinks.jdbc;

import static io.millrace.sinks.jdbc.Server.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.dialect.ExactlyOnceSql;
import io.millrace.sinks.jdbc.dialect.Sql;
import io.millrace.sinks.jdbc.dialect.TableName;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Keys that MariaDB's unique index considers equal although the stream writes them differently. */
class MariaDbKeysTest {
    private static final String CI = " CHARACTER SET utf8mb4 COLLATE utf8mb4_uca1400_ai_ci";
    private static final String BIN = " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";
    private static final String NOPAD = " CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin";
    private static final String LATIN = " CHARACTER SET latin1 COLLATE latin1_bin";
    private static final String GERMAN = " CHARACTER SET latin1 COLLATE latin1_german2_ci";
    private static final String KANJI = " CHARACTER SET cp932 COLLATE cp932_bin";

    static Stream<Arguments> keys() {
        return Stream.of(
                Arguments.of("bigint", "bigint", list(1L, -1L, Long.MIN_VALUE)),
                Arguments.of("int", "decimal(10,2)", list(1, 2, -1)),
                Arguments.of("boolean", "boolean", list(true, false)),
                Arguments.of("boolean", "bit(1)", list(true, false)),
                Arguments.of(
                        "decimal(10,4)",
                        "decimal(10,2)",
                        decimals("1.0050", "1.0049", "1.0000", "-1.0050", "-1.01", "-0.0010", "0.0049", "1.01")),
                Arguments.of("decimal(10,4)", "decimal(10,0)", decimals("0.5", "1.4999", "-0.5", "1", "2.5", "2")),
                Arguments.of(
                        "decimal(38,18)",
                        "decimal(38,17)",
                        decimals("12345678901234567890.123456789012345675", "12345678901234567890.123456789012345684")),
                Arguments.of("float", "float", list(0.0f, -0.0f, 0.1f, Float.MIN_VALUE)),
                Arguments.of("float", "double", list(0.0f, -0.0f, 0.1f, 1.0f)),
                Arguments.of("float", "float(8,2)", list(0.125f, 0.12f, 0.13f, 1.005f, 1.0f)),
                Arguments.of("double", "double", list(0.0, -0.0, 0.1, 0.1f * 1.0)),
                Arguments.of("double", "double(8,2)", list(0.125, 0.12, 0.13, 1.005, 1.0)),
                Arguments.of("date", "date", list(LocalDate.EPOCH, LocalDate.of(1, 1, 1))),
                Arguments.of(
                        "timestamp",
                        "timestamp(6)",
                        list(
                                Instant.parse("2026-01-01T00:00:00.123456Z"),
                                Instant.parse("2026-01-01T00:00:00.123457Z"))),
                Arguments.of(
                        "timestamp",
                        "timestamp(3)",
                        list(
                                Instant.parse("2026-01-01T00:00:00.123456Z"),
                                Instant.parse("2026-01-01T00:00:00.123999Z"),
                                Instant.parse("2026-01-01T00:00:00.124Z"))),
                Arguments.of(
                        "timestamp_ntz",
                        "datetime",
                        list(
                                LocalDateTime.parse("1900-01-01T00:00:00.1"),
                                LocalDateTime.parse("1900-01-01T00:00:00.9"),
                                LocalDateTime.parse("1900-01-01T00:00:01"),
                                LocalDateTime.parse("1899-12-31T23:59:59.999999"))),
                Arguments.of(
                        "string", "varchar(4)" + BIN, list("a", "A", "a ", "a\t", "ä", "a\u0308", "abcd", "abcd  ")),
                Arguments.of("string", "varchar(4)" + NOPAD, list("a", "A", "a ", "abcd", "abcd ", "abcd  ")),
                Arguments.of("string", "varchar(4)" + LATIN, list("a", "a ", "ä", "A", "\u20ac")),
                Arguments.of("string", "varchar(4)" + CI, list("a", "A", "ä", "a ", "b", "ss", "ß", "a\u0000")),
                Arguments.of("string", "varchar(4)" + GERMAN, list("ae", "ä", "a", "ss", "ß")),
                Arguments.of("string", "varchar(4)" + KANJI, list("\uff41", "a", "A", "a ")),
                Arguments.of("string", "char(4)" + BIN, list("a", "a ", "A", "abcd", "abcd ")),
                Arguments.of("string", "char(4)" + NOPAD, list("a", "a ", "A", "abcd", "abcd ")),
                Arguments.of(
                        "string", "text" + CI, list("a", "A", "x".repeat(2_000), "X".repeat(2_000), "x".repeat(2_001))),
                Arguments.of(
                        "string",
                        "varchar(700)" + CI,
                        list("x".repeat(600), "X".repeat(600), "x".repeat(599) + "y", "x".repeat(600) + " ")),
                Arguments.of("string", "enum('a','B','2')" + CI, list("a", "A", "b", "B ", "2")),
                Arguments.of("string", "set('a','b')" + CI, list("a,b", "b,a", "a", "A", "", "a,a")),
                Arguments.of(
                        "string",
                        "uuid",
                        list(
                                "0b5a3f0e-3c1c-4c6e-9d0a-6d2a6f1f0c11",
                                "0B5A3F0E3C1C4C6E9D0A6D2A6F1F0C11",
                                "0b5a3f0e3c1c-4c6e9d0a6d2a-6f1f0c11",
                                "0b5a3f0e-3c1c-4c6e-9d0a-6d2a6f1f0c12")),
                Arguments.of("string", "inet4", list("127.0.0.1", "127.0.0.01", "127.0.0.2")),
                Arguments.of(
                        "string", "inet6", list("::1", "0::1", "0:0:0:0:0:0:0:1", "::FFFF:1.2.3.4", "::ffff:102:304")),
                Arguments.of("binary", "binary(2)", list(new byte[] {0, 1}, new byte[] {0, 1}, new byte[] {0, 32})),
                Arguments.of("binary", "varbinary(3)", list(new byte[] {0}, new byte[] {0, 0}, new byte[] {0, 32})),
                Arguments.of("binary", "blob", list(new byte[] {0}, new byte[] {0, 0}, new byte[] {0})));
    }

    @ParameterizedTest(name = "{0} into {1}")
    @MethodSource("keys")
    void javaOrElseTheServerComparesKeysAsTheIndexDoes(String spark, String column, List<Object> values)
            throws Exception {
        UpsertPlan plan = plan(spark, column);
        List<Row> rows = rows(values);
        RowKey key = new RowKey(plan.database().dialect(), plan.keys());
        try (Connection connection = Pools.borrow(MariaDb.database(), "Test")) {
            int[] same = plan.sql().open().sameKeys(connection, rows);
            List<String> java = new ArrayList<>();
            List<String> server = new ArrayList<>();
            List<String> index = new ArrayList<>();
            for (int left = 0; left < rows.size(); left++) {
                for (int right = left + 1; right < rows.size(); right++) {
                    String pair = left + " and " + right;
                    if (key.of(rows.get(left)).equals(key.of(rows.get(right)))) {
                        java.add(pair);
                    }
                    if (same[left] == same[right]) {
                        server.add(pair);
                    }
                    if (areOneKey(connection, plan, rows.get(left), rows.get(right))) {
                        index.add(pair);
                    }
                }
            }
            connection.rollback();

            assertThat(server).isEqualTo(index);
            if (key.isExact()) {
                assertThat(java).isEqualTo(index);
            } else {
                assertThat(index).containsAll(java);
            }
        }
    }

    /** Upserts each row by a statement of its own. */
    private static boolean areOneKey(Connection connection, UpsertPlan plan, Row left, Row right) throws SQLException {
        Sql.execute(connection, "DELETE FROM keyed");
        plan.sql().open().upsert(connection, List.of(left));
        plan.sql().open().upsert(connection, List.of(right));
        return Sql.rows(connection, "SELECT count(*) FROM keyed", found -> found.getInt(1))
                        .get(0)
                == 1;
    }

    @ParameterizedTest(name = "{0} into {1}")
    @MethodSource("keys")
    void aDeleteFindsTheKeyThatAnUpsertOfTheSameValueWrote(String spark, String column, List<Object> values)
            throws Exception {
        UpsertPlan plan = plan(spark, column);
        try (Connection connection = Pools.borrow(MariaDb.database(), "Test")) {
            for (Row row : rows(values)) {
                plan.sql().open().upsert(connection, List.of(row));
                plan.sql().open().delete(connection, List.of(row));
                assertThat(Sql.rows(connection, "SELECT n FROM keyed", found -> found.getInt(1)))
                        .isEmpty();
            }
            connection.rollback();
        }
    }

    @ParameterizedTest(name = "{0} into {1}")
    @MethodSource("keys")
    void theLastStagedRowOfAKeyWins(String spark, String column, List<Object> values) throws Exception {
        createTable(column);
        ExactlyOnceSql sql = table().planner(ExactlyOnceRule.on("upsertExactlyOnce", List.of("k")))
                .plan("test", schema(spark))
                .writing()
                .direct(1)
                .orElseThrow();
        List<Row> rows = rows(values);
        TableName stage = sql.table().sibling("millrace_stage_keys");
        try (Connection connection = Pools.borrow(MariaDb.database(), "Test")) {
            sql.create(connection, stage);
            sql.stage(connection, stage, rows.iterator(), 7, 0);
            sql.merge(connection, stage, new Long[] {7L});
            List<Integer> staged = lasts(connection);
            Sql.execute(connection, "DELETE FROM keyed");
            sql.write(connection, rows.iterator());
            List<Integer> straight = lasts(connection);
            Sql.execute(connection, "DELETE FROM keyed");
            for (Row row : rows) {
                sql.write(connection, List.of(row).iterator());
            }

            assertThat(staged).isEqualTo(lasts(connection));
            assertThat(straight).isEqualTo(lasts(connection));
            connection.rollback();
            sql.drop(connection, stage);
        }
    }

    @Test
    void comparingKeysCommitsNothing() throws Exception {
        UpsertPlan plan = plan("string", "varchar(4)" + CI);
        try (Connection connection = Pools.borrow(MariaDb.database(), "Test")) {
            List<Row> rows = rows(list("a", "A", "b"));
            plan.sql().open().upsert(connection, rows);
            plan.sql().open().sameKeys(connection, rows);
            plan.sql().open().delete(connection, rows(list("B")));
            connection.rollback();
        }

        assertThat(MariaDb.rows("SELECT n FROM keyed")).isEmpty();
    }

    @Test
    void columnsMayHaveTheNamesThatTheSinkUses() throws Exception {
        MariaDb.execute(
                "DROP TABLE IF EXISTS millrace_keys",
                "CREATE TABLE millrace_keys (millrace_row varchar(4)" + CI + " PRIMARY KEY, MILLRACE_SAME int)");
        StructType schema = new StructType().add("millrace_row", "string").add("MILLRACE_SAME", "int");
        UpsertPlan plan = Sinks.jdbc(MariaDb.database())
                .table("millrace_keys")
                .planner(UpsertRule.upsertOn(List.of("millrace_row")))
                .plan("test", schema);
        try (Connection connection = Pools.borrow(MariaDb.database(), "Test")) {
            List<Row> rows = List.of(row("a", 1), row("b", 2), row("A", 3));
            assertThat(plan.sql().open().sameKeys(connection, rows)).containsExactly(0, 1, 0);
            plan.sql().open().upsert(connection, rows);
            plan.sql().open().delete(connection, List.of(row("A", 4)));
            assertThat(Sql.rows(connection, "SELECT * FROM millrace.millrace_keys", found -> found.getString(1)))
                    .containsExactly("b");
            connection.rollback();
        }
        MariaDb.execute("DROP TABLE millrace_keys");
    }

    static Stream<Arguments> spellings() {
        String uuid = "0b5a3f0e-3c1c-4c6e-9d0a-6d2a6f1f0c11";
        return Stream.of(
                        Arguments.of(
                                "decimal(10,4)", "decimal(10,2)", new BigDecimal("1.0010"), new BigDecimal("1.0020")),
                        Arguments.of(
                                "string", "uuid", uuid, uuid.replace("-", "").toUpperCase(Locale.ROOT)),
                        Arguments.of("string", "inet6", "::1", "0::1"),
                        Arguments.of("double", "double", 0.0, -0.0),
                        Arguments.of("string", "varchar(9)" + CI, "Ann", "aNN "))
                .flatMap(of -> Stream.of(
                        of, Arguments.of(of.get()[0], of.get()[1], of.get()[3], of.get()[2]))); // in both orders
    }

    @ParameterizedTest(name = "{2} and {3} in {1}")
    @MethodSource("spellings")
    void theLastRowOfAKeyWinsWhetherItIsADeleteOrNot(String spark, String column, Object first, Object last) {
        StructType schema = schema(spark).add("gone", "boolean");
        JdbcUpsert deleting = table().upsertOn("k").deleteWhen("gone");
        createTable(column);

        Server.write(deleting.writer(schema), row(first, 1, false), row(last, 2, false));
        assertThat(MariaDb.rows("SELECT n FROM keyed")).containsExactly("2");
        Server.write(deleting.writer(schema), row(first, 3, true));
        assertThat(MariaDb.rows("SELECT n FROM keyed")).isEmpty();
        Server.write(deleting.writer(schema), row(first, 4, true), row(last, 5, false));
        assertThat(MariaDb.rows("SELECT n FROM keyed")).containsExactly("5");
        Server.write(deleting.writer(schema), row(last, 6, false), row(first, 7, true));
        assertThat(MariaDb.rows("SELECT n FROM keyed")).isEmpty();
        Server.write(table().insertOnlyOn("k").writer(schema(spark)), row(first, 8), row(last, 9));
        assertThat(MariaDb.rows("SELECT n FROM keyed")).containsExactly("8");
    }

    private static List<Integer> lasts(Connection connection) throws SQLException {
        return Sql.rows(connection, "SELECT n FROM keyed ORDER BY n", found -> found.getInt(1));
    }

    private static UpsertPlan plan(String spark, String column) {
        createTable(column);
        return table().planner(UpsertRule.upsertOn(List.of("k"))).plan("test", schema(spark));
    }

    private static JdbcTarget table() {
        return Sinks.jdbc(MariaDb.database()).table("keyed");
    }

    private static void createTable(String column) {
        MariaDb.execute(
                "DROP TABLE IF EXISTS keyed", "CREATE TABLE keyed (k " + column + " NOT NULL, n int, UNIQUE (k))");
    }

    private static StructType schema(String spark) {
        return new StructType().add("k", DataType.fromDDL(spark)).add("n", "int");
    }

    private static List<Row> rows(List<Object> values) {
        List<Row> rows = new ArrayList<>();
        values.forEach(value -> rows.add(row(value, rows.size())));
        return rows;
    }

    private static List<Object> list(Object... values) {
        return Arrays.asList(values);
    }

    private static List<Object> decimals(String... texts) {
        return Stream.of(texts).<Object>map(BigDecimal::new).toList();
    }
}
