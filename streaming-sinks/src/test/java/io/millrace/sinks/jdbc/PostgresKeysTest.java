package io.millrace.sinks.jdbc;

import static io.millrace.sinks.jdbc.Server.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.internal.spark.ScalaCollections;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.postgres.PostgresDialect;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which keys are equal, in Java and in PostgreSQL. */
class PostgresKeysTest {
    private static final int VALUES = 600;

    @BeforeAll
    static void createTypes() {
        Server.execute(
                "CREATE EXTENSION IF NOT EXISTS citext",
                "DROP TABLE IF EXISTS keyed",
                "DROP DOMAIN IF EXISTS cents",
                "DROP DOMAIN IF EXISTS price",
                "CREATE DOMAIN price AS numeric(10,2)",
                "CREATE DOMAIN cents AS price CHECK (VALUE < 1e6)",
                "CREATE COLLATION IF NOT EXISTS any_case"
                        + " (provider = icu, locale = 'und-u-ks-level2', deterministic = false)");
    }

    static Stream<Arguments> comparedByJava() {
        return Stream.of(
                compared("smallint", "smallint", random -> (short) random.nextInt(99)),
                compared("tinyint", "numeric(10,2)", random -> (byte) random.nextInt(99)),
                compared("int", "int", random -> random.nextInt(99)),
                compared("bigint", "bigint", random -> (long) random.nextInt(99)),
                compared("bigint", "numeric(9,2)", random -> (long) random.nextInt(99)),
                compared("boolean", "boolean", Random::nextBoolean),
                compared("float", "real", PostgresKeysTest::singleNumber),
                compared("float", "float8", PostgresKeysTest::singleNumber),
                compared("double", "float8", PostgresKeysTest::number),
                compared("decimal(12,5)", "numeric", PostgresKeysTest::decimal),
                compared("decimal(12,5)", "numeric(10,2)", PostgresKeysTest::decimal),
                compared("decimal(12,5)", "numeric(5,0)", PostgresKeysTest::decimal),
                compared("decimal(12,5)", "cents", PostgresKeysTest::decimal),
                compared("binary", "bytea", PostgresKeysTest::bytes),
                compared("date", "date", random -> LocalDate.ofEpochDay(random.nextInt(99))),
                compared("timestamp", "timestamptz", PostgresKeysTest::instant),
                compared("timestamp", "timestamptz(0)", PostgresKeysTest::instant),
                compared("timestamp", "timestamptz(3)", PostgresKeysTest::instant),
                compared("timestamp_ntz", "timestamp", PostgresKeysTest::local),
                compared("timestamp_ntz", "timestamp(5)", PostgresKeysTest::local),
                compared("timestamp_ntz", "timestamp(6)", PostgresKeysTest::local),
                compared("interval day to second", "interval", random -> Duration.ofHours(random.nextInt(99))),
                compared(
                        "interval year to month",
                        "interval",
                        random -> Period.of(random.nextInt(3), random.nextInt(30), 0)),
                compared("string", "text", PostgresKeysTest::text),
                compared("string", "text COLLATE \"C\"", PostgresKeysTest::text),
                compared("string", "text COLLATE \"und-x-icu\"", PostgresKeysTest::text),
                compared("string", "varchar", PostgresKeysTest::text),
                compared("string", "varchar(2)", PostgresKeysTest::shortText),
                compared("string", "char(4)", PostgresKeysTest::text),
                compared("string", "bpchar", PostgresKeysTest::text),
                compared("string", "uuid", PostgresKeysTest::uuid));
    }

    private static Arguments compared(String spark, String column, Function<Random, Object> value) {
        return Arguments.of(spark, column, value);
    }

    @ParameterizedTest(name = "{0} in {1}")
    @MethodSource("comparedByJava")
    void javaAndTheServerAgreeOnWhichKeysAreEqual(String spark, String column, Function<Random, Object> value)
            throws Exception {
        agree(spark, column, value);
    }

    /** With types that PostgreSQL 14 does not have. */
    @Test
    void javaAndTheServerAgreeOnNumbersRoundedToTensAndHundreds() throws Exception {
        if (Server.rows("SELECT current_setting('server_version_num')::int >= 150000")
                .contains("t")) {
            agree("decimal(12,5)", "numeric(5,-1)", PostgresKeysTest::decimal);
            agree("bigint", "numeric(9,-2)", random -> (long) random.nextInt(9_999));
        }
    }

    private static void agree(String spark, String column, Function<Random, Object> value) throws Exception {
        UpsertPlan plan = plan(spark, column);
        Random random = new Random(42);
        List<Row> rows =
                Stream.generate(() -> row(value.apply(random))).limit(VALUES).toList();
        RowKey key = new RowKey(new PostgresDialect(), plan.keys());
        Map<Object, Integer> first = new HashMap<>();
        List<Integer> inJava = new ArrayList<>();
        for (Row each : rows) {
            inJava.add(first.computeIfAbsent(key.of(each), unused -> inJava.size()));
        }

        assertThat(key.isExact()).isTrue();
        assertThat(first.size()).isBetween(2, VALUES - 1);
        assertThat(firsts(sameKeys(plan, rows))).isEqualTo(inJava);
    }

    @Test
    void theServerComparesOtherTypesAndCollations() throws Exception {
        assertThat(equal("string", "citext", "Ann", "aNN", "Bob")).containsExactly(0, 0, 2);
        assertThat(equal("string", "text COLLATE any_case", "Ann", "aNN", "Bob"))
                .containsExactly(0, 0, 2);
        assertThat(equal("string", "varchar(3) COLLATE any_case", "Ann", "aNN ", "aN"))
                .containsExactly(0, 0, 2);
        assertThat(equal("string", "inet", "10.0.0.1", "10.0.0.1/32", "10.0.0.2"))
                .containsExactly(0, 0, 2);
        assertThat(equal("string", "jsonb", "{\"a\":1,\"b\":2}", "{\"b\":2, \"a\":1.0}", "{}"))
                .containsExactly(0, 0, 2);
        assertThat(equal("string", "time(0)", "12:00:00.4", "12:00:00", "12:00:01"))
                .containsExactly(0, 0, 2);
        assertThat(equal("array<decimal(5,3)>", "numeric(5,2)[]", list("1.001"), list("1.002"), list("1.01")))
                .containsExactly(0, 0, 2);
    }

    @Test
    void theUniqueIndexDecidesAndNotTheColumn() throws Exception {
        String index = "CREATE UNIQUE INDEX ON keyed (k COLLATE any_case)";

        assertThat(firsts(sameKeys(plan("string", "text NOT NULL", index), rows("Ann", "aNN", "Bob"))))
                .containsExactly(0, 0, 2);
    }

    private static Object list(String... numbers) {
        return ScalaCollections.seq(Stream.of(numbers).map(BigDecimal::new).toList())
                .toSeq();
    }

    private static List<Row> rows(Object... keys) {
        return Stream.of(keys).map(Server::row).toList();
    }

    private static List<Integer> equal(String spark, String column, Object... keys) throws Exception {
        UpsertPlan plan = plan(spark, column);
        assertThat(new RowKey(new PostgresDialect(), plan.keys()).isExact()).isFalse();
        return firsts(sameKeys(plan, rows(keys)));
    }

    private static UpsertPlan plan(String spark, String column) {
        return plan(spark, column, "ALTER TABLE keyed ADD PRIMARY KEY (k)");
    }

    private static UpsertPlan plan(String spark, String column, String key) {
        Server.execute("DROP TABLE IF EXISTS keyed", "CREATE TABLE keyed (k " + column + ")", key);
        return Sinks.jdbc(Server.database())
                .table("keyed")
                .planner(UpsertRule.upsertOn(List.of("k")))
                .plan("test", new StructType().add("k", DataType.fromDDL(spark)));
    }

    private static int[] sameKeys(UpsertPlan plan, List<Row> rows) throws SQLException {
        try (Connection connection = Pools.of(Server.database()).getConnection()) {
            return plan.sql().open().sameKeys(connection, rows);
        }
    }

    /** Index of the first row with the same key, for each row. */
    private static List<Integer> firsts(int[] numbers) {
        Map<Integer, Integer> first = new HashMap<>();
        List<Integer> firsts = new ArrayList<>();
        for (int number : numbers) {
            firsts.add(first.computeIfAbsent(number, unused -> firsts.size()));
        }
        return firsts;
    }

    private static Object singleNumber(Random random) {
        float[] numbers = {0.0f, -0.0f, Float.NaN, 1.5f, Float.MIN_VALUE, Float.POSITIVE_INFINITY, 0.1f, -3f};
        return numbers[random.nextInt(numbers.length)];
    }

    private static Object number(Random random) {
        double[] numbers = {0.0, -0.0, Double.NaN, 1.5, Double.MIN_VALUE, Double.NEGATIVE_INFINITY, 0.1, 0.1f};
        return numbers[random.nextInt(numbers.length)];
    }

    private static Object decimal(Random random) {
        return BigDecimal.valueOf(random.nextInt(2_000) - 1_000, random.nextInt(5) + 1);
    }

    private static Object bytes(Random random) {
        byte[] bytes = new byte[1];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Near the beginning of 2000, the epoch of PostgreSQL, and halfway between two microseconds. */
    private static Object instant(Random random) {
        long micros = random.nextInt(3) * 500_000L + random.nextInt(8) * 500L + random.nextInt(3) - 1;
        return Instant.parse("2000-01-01T00:00:00Z").plusNanos((random.nextBoolean() ? 1_000L : -1_000L) * micros);
    }

    private static Object local(Random random) {
        return LocalDateTime.ofInstant((Instant) instant(random), ZoneOffset.UTC);
    }

    private static Object text(Random random) {
        return random.ints(random.nextInt(4), 0, 5)
                .mapToObj(PostgresKeysTest::letter)
                .reduce("", String::concat);
    }

    /** At most two characters, not counting trailing blanks. */
    private static Object shortText(Random random) {
        return letter(random.nextInt(5))
                + (random.nextBoolean() ? letter(random.nextInt(5)) : "")
                + " ".repeat(random.nextInt(3));
    }

    private static String letter(int letter) {
        return List.of("a", "A", " ", "\t", "\uD83D\uDE00").get(letter);
    }

    private static Object uuid(Random random) {
        String plain = "0b5a3f0e-3c1c-4c6e-9d0a-6d2a6f1f0c1" + random.nextInt(4);
        String digits = plain.replace("-", "");
        String[] spellings = {
            plain,
            plain.toUpperCase(Locale.ROOT),
            "{" + plain + "}",
            digits,
            "{" + digits + "}",
            digits.replaceAll("(.{4})(?!$)", "$1-")
        };
        return spellings[random.nextInt(spellings.length)];
    }
}
