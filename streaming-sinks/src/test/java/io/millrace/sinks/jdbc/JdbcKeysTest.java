package io.millrace.sinks.jdbc;

import static io.millrace.sinks.jdbc.Server.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.internal.spark.ScalaCollections;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.dialect.ExactlyOnceSql;
import io.millrace.sinks.jdbc.postgres.PostgresDialect;
import java.math.BigDecimal;
import java.sql.Connection;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the unique index of a table compares keys. */
class JdbcKeysTest {
    private static final StructType PRICES =
            new StructType().add("k", DataTypes.createDecimalType(10, 4)).add("a", "string");
    private static final StructType NAMES = new StructType().add("k", "string").add("a", "string");
    private static final StructType STOCK =
            new StructType().add("k", "int").add("a", "string").add("b", "string");

    @BeforeEach
    void dropTables() {
        Server.execute(
                "DROP TABLE IF EXISTS keyed, millrace_fence, millrace_ledger",
                "CREATE EXTENSION IF NOT EXISTS citext",
                "CREATE COLLATION IF NOT EXISTS any_case"
                        + " (provider = icu, locale = 'und-u-ks-level2', deterministic = false)");
    }

    /** Fewer rows are sent as arrays, more by COPY. */
    @ParameterizedTest(name = "among {0} rows")
    @ValueSource(ints = {1, PostgresDialect.MANY_ROWS})
    void aDeleteFindsTheKeyThatItsUpsertWasRoundedTo(int others) {
        Server.execute("CREATE TABLE keyed (k numeric(10,2) PRIMARY KEY, a text)");
        JdbcUpsert deleting = keyed().upsertOn("k").deleteWhen("gone");
        StructType schema = PRICES.add("gone", "boolean");
        Server.write(deleting.writer(schema), row(price("1.2345"), "a", false), row(price("2"), "b", false));

        Server.write(
                deleting.writer(schema),
                IntStream.range(0, others)
                        .mapToObj(n -> row(n == 0 ? price("1.2345") : price("" + (n + 9)), "a", true))
                        .toArray(Row[]::new));

        assertThat(Server.rows("SELECT * FROM keyed")).containsExactly("2.00|b");
    }

    @Test
    void aDeleteComparesByTheCollationOfTheIndex() {
        Server.execute(
                "CREATE TABLE keyed (k text NOT NULL, a text)", "CREATE UNIQUE INDEX ON keyed (k COLLATE any_case)");
        JdbcUpsert deleting = keyed().upsertOn("k").deleteWhen("gone");
        StructType schema = NAMES.add("gone", "boolean");
        Server.write(deleting.writer(schema), row("Ann", "a", false), row("Bob", "b", false));

        Server.write(deleting.writer(schema), row("aNN", "a", true));

        assertThat(Server.rows("SELECT * FROM keyed")).containsExactly("Bob|b");
    }

    @ParameterizedTest(name = "{0} and {1} in {2}")
    @CsvSource({
        "1.0010, 1.0020, 'numeric(10,2)', 1.00",
        "1.0020, 1.0010, 'numeric(10,2)', 1.00",
        "Ann, aNN, citext, Ann",
        "Ann, aNN, text COLLATE any_case, Ann",
        "ab, 'ab  ', char(4), 'ab  '",
        "10.0.0.1, 10.0.0.1/32, inet, 10.0.0.1"
    })
    void theLastOfEqualKeysWinsInAnExactlyOnceBatch(String first, String last, String column, String expected)
            throws Exception {
        Server.execute("CREATE TABLE keyed (k " + column + " PRIMARY KEY, a text)");
        boolean number = column.startsWith("numeric");

        exactly(
                number ? PRICES : NAMES,
                row(number ? price(first) : first, "first"),
                row(number ? price(last) : last, "last"));

        assertThat(Server.rows("SELECT * FROM keyed")).containsExactly(expected + "|last");
    }

    static Stream<Arguments> equalKeys() {
        String uuid = "0b5a3f0e-3c1c-4c6e-9d0a-6d2a6f1f0c11";
        Instant instant = Instant.parse("2026-01-01T00:00:00.123001Z");
        return Stream.of(
                        Arguments.of("decimal(10,4)", "numeric(10,2)", price("1.0010"), price("1.0020")),
                        Arguments.of("timestamp", "timestamptz(3)", instant, instant.plusNanos(1_000)),
                        Arguments.of("string", "citext", "Ann", "aNN"),
                        Arguments.of("string", "text COLLATE any_case", "Ann", "aNN"),
                        Arguments.of(
                                "string",
                                "uuid",
                                uuid,
                                "{" + uuid.replace("-", "").toUpperCase(Locale.ROOT) + "}"),
                        Arguments.of("string", "inet", "10.0.0.1", "10.0.0.1/32"),
                        Arguments.of("string", "jsonb", "{\"a\": 1, \"b\": 2.0}", "{\"b\":2.00,\"a\":1}"),
                        Arguments.of("double", "float8", 0.0, -0.0),
                        Arguments.of("float", "float4", -0.0f, 0.0f),
                        Arguments.of("string", "varchar(3)", "abc", "abc "),
                        Arguments.of("string", "char(4)", "ab", "ab  "))
                .flatMap(of -> Stream.of(
                        of, Arguments.of(of.get()[0], of.get()[1], of.get()[3], of.get()[2]))); // in both orders
    }

    /** Few rows are sent as arrays, many by COPY. */
    @ParameterizedTest(name = "{2} and {3} in {1}")
    @MethodSource("equalKeys")
    void theLastOfEqualKeysWinsAndTheFirstIfKnownKeysStay(String spark, String column, Object first, Object last)
            throws Exception {
        StructType schema = new StructType().add("k", DataType.fromDDL(spark)).add("a", "string");
        for (int others : new int[] {0, PostgresDialect.MANY_ROWS}) {
            Row[] rows = new Row[others + 2];
            Arrays.setAll(rows, n -> row(first, "other"));
            rows[0] = row(first, "first");
            rows[others + 1] = row(last, "last");

            createKeyed(column);
            Server.write(keyed().upsertOn("k").writer(schema), rows);
            assertThat(Server.rows("SELECT a FROM keyed")).containsExactly("last");

            createKeyed(column);
            Server.write(keyed().insertOnlyOn("k").writer(schema), rows);
            assertThat(Server.rows("SELECT a FROM keyed")).containsExactly("first");

            createKeyed(column);
            exactly(schema, rows);
            assertThat(Server.rows("SELECT a FROM keyed")).containsExactly("last");
        }
    }

    @ParameterizedTest(name = "{2} and {3} in {1}")
    @MethodSource("equalKeys")
    void theLastRowOfAKeyWinsWhetherItIsADeleteOrNot(String spark, String column, Object first, Object last) {
        StructType schema = new StructType()
                .add("k", DataType.fromDDL(spark))
                .add("a", "string")
                .add("gone", "boolean");
        JdbcUpsert deleting = keyed().upsertOn("k").deleteWhen("gone");
        createKeyed(column);

        Server.write(deleting.writer(schema), row(first, "first", true), row(last, "last", false));
        assertThat(Server.rows("SELECT a FROM keyed")).containsExactly("last");

        Server.write(deleting.writer(schema), row(last, "again", false), row(first, "first", true));
        assertThat(Server.rows("SELECT a FROM keyed")).isEmpty();
    }

    private static void createKeyed(String column) {
        Server.execute("DROP TABLE IF EXISTS keyed", "CREATE TABLE keyed (k " + column + " PRIMARY KEY, a text)");
    }

    private static void exactly(StructType schema, Row... rows) throws Exception {
        ExactlyOnceSql sql = keyed().planner(ExactlyOnceRule.on("upsertExactlyOnce", List.of("k")))
                .plan("test", schema)
                .writing()
                .direct(1)
                .orElseThrow();
        try (Connection connection = Pools.borrow(Server.database(), "Test")) {
            sql.write(connection, List.of(rows).iterator());
            connection.commit();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"text[]", "varchar(3)[]", "short_name[]", "short_names"})
    void arraysAreAppendedWhateverTheNameOfTheirElements(String column) throws Exception {
        Server.execute(
                "DROP DOMAIN IF EXISTS short_name, short_names",
                "CREATE DOMAIN short_name AS varchar(3)",
                "CREATE DOMAIN short_names AS varchar(3)[]",
                "CREATE TABLE keyed (a " + column + ")");
        ExactlyOnceSql sql = keyed().planner(ExactlyOnceRule.on("appendExactlyOnce", List.of()))
                .plan("test", new StructType().add("a", "array<string>"))
                .writing()
                .direct(1)
                .orElseThrow();

        try (Connection connection = Pools.borrow(Server.database(), "Test")) {
            Object names = ScalaCollections.seq(List.of("ab", "c"));
            sql.write(connection, List.of(row(names)).iterator());
            connection.commit();
        }

        assertThat(Server.rows("SELECT * FROM keyed")).containsExactly("{ab,c}");
        Server.execute("DROP TABLE keyed");
    }

    @Test
    void nullIsAKeyIfTheIndexHasNullsNotDistinct() {
        if (!Server.rows("SELECT current_setting('server_version_num')::int >= 150000")
                .contains("t")) {
            return; // PostgreSQL 14 has no such index
        }
        Server.execute("CREATE TABLE keyed (k int, a text, b text, UNIQUE NULLS NOT DISTINCT (k))");
        StructType schema = STOCK.add("gone", "boolean");
        JdbcUpsert deleting = keyed().upsertOn("k").deleteWhen("gone");

        Server.write(deleting.writer(schema), row(null, "a", "b", false), row(null, "A", "B", false));
        Server.write(deleting.writer(schema), row(1, "c", "d", false));
        assertThat(Server.rows("SELECT * FROM keyed ORDER BY k")).containsExactly("1|c|d", "null|A|B");

        Server.write(deleting.writer(schema), row(null, "A", "B", true), row(2, "e", "f", true));
        assertThat(Server.rows("SELECT * FROM keyed ORDER BY k")).containsExactly("1|c|d");
    }

    @Test
    void columnsWhoseNamesHaveTheSameHashCodeDoNotShareAStagingTable() {
        assertThat("Aa").hasSameHashCodeAs("BB");
        Server.execute("CREATE TABLE keyed (k int PRIMARY KEY, \"Aa\" text, \"BB\" text)");
        Row[] rows = IntStream.range(0, PostgresDialect.MANY_ROWS)
                .mapToObj(n -> row(n, "x"))
                .toArray(Row[]::new);

        for (String column : List.of("Aa", "BB")) {
            Server.write(
                    keyed().upsertOn("k")
                            .writer(new StructType().add("k", "int").add(column, "string")),
                    rows);
        }

        assertThat(Server.rows("SELECT count(*) FROM keyed WHERE \"Aa\" = 'x' AND \"BB\" = 'x'"))
                .containsExactly(String.valueOf(PostgresDialect.MANY_ROWS));
    }

    private static BigDecimal price(String text) {
        return new BigDecimal(text).setScale(4);
    }

    private static JdbcTarget keyed() {
        return Sinks.jdbc(Server.database()).table("keyed");
    }
}
