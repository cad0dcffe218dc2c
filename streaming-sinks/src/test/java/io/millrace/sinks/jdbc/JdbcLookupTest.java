package io.millrace.sinks.jdbc;

import static io.millrace.sinks.TestStreams.session;
import static io.millrace.sinks.jdbc.LookedUp.keys;
import static io.millrace.sinks.jdbc.LookedUp.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.sinks.Lookups;
import java.math.BigDecimal;
import java.sql.Date;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that get columns of a table of PostgreSQL. */
class JdbcLookupTest {
    private static final String UUID = "0e984725-c51c-4bf4-9960-e1c80e27aba0";

    /** Keeps nothing, so that each test asks. */
    private final JdbcLookup uncached =
            Lookups.jdbc(Server.database()).cachedFor(Duration.ZERO).missesCachedFor(Duration.ZERO);

    private int tables;

    private final JdbcLookup customers = uncached.table("customers").key("key", "id");

    @BeforeEach
    void fill() {
        Server.execute(
                "DROP TABLE IF EXISTS customers",
                "CREATE TABLE customers (id bigint PRIMARY KEY, segment text, since date)",
                "INSERT INTO customers VALUES (1, 'a', '2026-01-01'), (2, 'b', NULL), (3, NULL, '2026-03-03')");
    }

    @Test
    void eachRowGetsTheColumnsOfItsKeyInItsPlace() {
        assertThat(rows(customers.columns("segment", "since"), keys("long", 3L, 1L, null, 9L, 2L, 1L)))
                .containsExactly(
                        "3|null|2026-03-03",
                        "1|a|2026-01-01",
                        "null|null|null",
                        "9|null|null",
                        "2|b|null",
                        "1|a|2026-01-01");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 1_000})
    void theAnswerDoesNotDependOnHowManyKeysAQueryHas(int keysPerQuery) {
        JdbcLookup lookup = customers.columns("segment").keysPerQuery(keysPerQuery);

        assertThat(rows(lookup, keys("long", 1L, 1L, 2L, 3L, 2L, 7L, 1L)))
                .containsExactly("1|a", "1|a", "2|b", "3|null", "2|b", "7|null", "1|a");
    }

    @Test
    void rowsWithoutARowInTheTableAreLeftOutIfTheUserSaysSo() {
        assertThat(rows(customers.columns("segment").droppingMisses(), keys("long", null, 1L, 9L, 3L)))
                .containsExactly("1|a", "3|null");
    }

    @Test
    void aMarkTellsMissesFromNull() {
        assertThat(rows(customers.columns("segment").markingMisses("unknown"), keys("long", null, 1L, 9L, 3L)))
                .containsExactly("null|null|true", "1|a|false", "9|null|true", "3|null|false");
    }

    @Test
    void aColumnMayGetAnotherName() {
        Dataset<Row> found = customers.column("segment", "customer_segment").apply(keys("long", 1L));

        assertThat(found.columns()).containsExactly("n", "key", "customer_segment");
        assertThat(rows(found)).containsExactly("0|1|a");
    }

    @Test
    void severalColumnsMakeAKey() {
        Server.execute(
                "DROP TABLE IF EXISTS prices",
                "CREATE TABLE prices (shop text, sku bigint, price int, PRIMARY KEY (sku, shop))",
                "INSERT INTO prices VALUES ('a', 1, 10), ('a', 2, 20), ('b', 1, 30)");
        JdbcLookup prices =
                uncached.table("prices").key("shop").key("key", "sku").columns("price");
        Dataset<Row> keys = keys("long", 1L, 2L, 1L, null).withColumn("shop", functions.expr("if(n = 2, 'b', 'a')"));

        assertThat(rows(prices, keys)).containsExactly("1|a|10", "2|a|20", "1|b|30", "null|a|null");
    }

    /** Each value as Spark's own reader gives it. */
    @Test
    void valuesAreThoseThatSparkReads() {
        String columns = "a smallint, b int, c bigint, d real, e double precision, f numeric(10, 3), g numeric,"
                + " h boolean, i text, j varchar(9), k char(4), l bytea, m date, n2 timestamp, o timestamptz, p uuid,"
                + " q jsonb, r text[], s int[], t time, u inet, v bit(3), w bit(1), x interval, y point, z money";
        Server.execute(
                "DROP TABLE IF EXISTS kinds",
                "CREATE TABLE kinds (id bigint PRIMARY KEY, " + columns + ")",
                "INSERT INTO kinds VALUES (1, -1, 2, 3, 1.5, 2.5, 1.250, 12.75, true, 'ü', 'j', 'k', '\\x00ff',"
                        + " '0044-03-15 BC', '1900-01-01 00:00:00.123456', '2026-11-30 12:00:00.123456+01', '" + UUID
                        + "', '{\"a\": 1}', '{a,NULL,\"b c\"}', '{1,NULL}', '12:30', '::1', '101', '1', '1 day',"
                        + " '(1,2)', 1.5)",
                "INSERT INTO kinds (id) VALUES (2)",
                "INSERT INTO kinds (id, n2, o) VALUES (3, 'infinity', '-infinity')");
        List<String> names = Arrays.stream(columns.split(", (?=[a-z])", -1))
                .map(column -> column.split(" ", -1)[0])
                .toList();
        Properties login = new Properties();
        login.setProperty("user", Server.postgres().user());
        login.setProperty("password", Server.postgres().password());
        Dataset<Row> read = session()
                .read()
                .jdbc(Server.postgres().jdbcUrl(), "kinds", login)
                .orderBy("id")
                .drop("id");

        Dataset<Row> found = uncached.table("kinds")
                .key("key", "id")
                .columns(names)
                .apply(keys("long", 1L, 2L, 3L))
                .drop("n", "key");

        assertThat(found.schema().simpleString()).isEqualTo(read.schema().simpleString());
        assertThat(values(found)).isEqualTo(values(read));
    }

    private static List<String> values(Dataset<Row> rows) {
        return rows.toJSON().collectAsList();
    }

    @Test
    void everyTypeOfAKeyIsFound() {
        assertFound("smallint", "'7'", "short", (short) 7, (short) 8);
        assertFound("int", "7", "int", 7, 8);
        assertFound("int", "7", "long", 7L, 1L << 40);
        assertFound("bigint", "7", "int", 7, -7);
        assertFound("numeric(10, 2)", "7.50", "decimal(38,18)", new BigDecimal("7.5"), new BigDecimal("7.501"));
        assertFound("numeric", "7", "long", 7L, 8L);
        assertFound("text", "'ü'", "string", "ü", "u");
        assertFound("varchar(3)", "'abc'", "string", "abc", "abcd");
        assertFound("char(5)", "'ab'", "string", "ab", "a");
        assertFound("char(5)", "'ab'", "string", "ab  ", "ab\t");
        assertFound("uuid", "'" + UUID + "'", "string", UUID.toUpperCase(Locale.ROOT), "no uuid");
        assertFound("date", "'2026-11-30'", "date", Date.valueOf("2026-11-30"), Date.valueOf("9999-12-31"));
        assertFound("boolean", "true", "boolean", true, false);
        assertFound("bytea", "'\\x00ff'", "binary", new byte[] {0, -1}, new byte[] {0});
        assertFound("text", "'a'", "string", "a", "a\0");
    }

    private void assertFound(String column, String held, String type, Object key, Object other) {
        String table = "typed_" + tables++; // The whole of one that is as another is kept.
        Server.execute(
                "DROP TABLE IF EXISTS " + table,
                "CREATE TABLE " + table + " (id " + column + " PRIMARY KEY, value text)",
                "INSERT INTO " + table + " VALUES (" + held + ", 'found')");
        JdbcLookup lookup = uncached.table(table).key("key", "id").columns("value");

        assertThat(rows(lookup.apply(keys(type, key, other)).select("value")))
                .as(column)
                .containsExactly("found", "null");
        if (!column.startsWith("numeric")) {
            assertThat(rows(lookup.wholeTable().apply(keys(type, key, other)).select("value")))
                    .as("the whole table, " + column)
                    .containsExactly("found", "null");
        }
    }

    @Test
    void aTextThatIsNotValidIsNoKey() {
        Server.execute(
                "DROP TABLE IF EXISTS typed",
                "CREATE TABLE typed (id text PRIMARY KEY, value text)",
                "INSERT INTO typed VALUES ('\uFFFD', 'found')");
        JdbcLookup lookup = uncached.table("typed").key("key", "id").columns("value");
        Dataset<Row> keys = keys("binary", new byte[] {-1}, "\uFFFD".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .withColumn("key", functions.expr("cast(key as string)"));

        assertThat(rows(lookup.apply(keys).select("value"))).containsExactly("null", "found");
        assertThat(rows(lookup.wholeTable().apply(keys).select("value"))).containsExactly("null", "found");
    }

    /** What the unique index takes for equal is equal. */
    @Test
    void theServerComparesKeys() {
        Server.execute(
                "DROP TABLE IF EXISTS folded",
                "CREATE EXTENSION IF NOT EXISTS citext",
                "CREATE TABLE folded (id citext PRIMARY KEY, value text)",
                "INSERT INTO folded VALUES ('Ab', 'found')");
        JdbcLookup lookup = uncached.table("folded").key("key", "id").columns("value");

        assertThat(rows(lookup, keys("string", "aB", "Ab", "a"))).containsExactly("aB|found", "Ab|found", "a|null");

        Server.execute(
                "DROP TABLE folded",
                "CREATE COLLATION IF NOT EXISTS nocase (provider = icu, locale = 'und-u-ks-level2',"
                        + " deterministic = false)",
                "CREATE TABLE folded (id text COLLATE nocase PRIMARY KEY, value text)",
                "INSERT INTO folded VALUES ('Äb', 'found')");

        assertThat(rows(lookup, keys("string", "äB", "ab"))).containsExactly("äB|found", "ab|null");
        assertThatThrownBy(() -> lookup.wholeTable().apply(keys("string", "a")))
                .hasMessageContaining("wholeTable(): only the server can say which values of its column \"id\", text,"
                        + " are equal. Leave wholeTable() out, so that the server is asked.");
    }

    /** An executor of a cluster compiles the plan; the tests of this module interpret it otherwise. */
    @Test
    void compiledPlansFindTheSame() {
        SparkSession compiled = session().newSession();
        compiled.conf().set("spark.sql.codegen.wholeStage", "true");
        compiled.conf().set("spark.sql.codegen.factoryMode", "CODEGEN_ONLY");
        Dataset<Row> rows = compiled.range(0, 20_000, 1, 3)
                .selectExpr(
                        "id AS n",
                        "id % 5 AS key",
                        "array(named_struct('a', concat('x', id))) AS nested",
                        "cast(id AS decimal(20, 2)) AS money");

        Dataset<Row> found = customers.columns("segment").apply(rows);

        assertThat(rows(found.groupBy("key", "segment")
                        .agg(functions.expr("count(DISTINCT nested[0].a)"), functions.expr("sum(n - money)"))
                        .orderBy("key")))
                .containsExactly(
                        "0|null|4000|0.00", "1|a|4000|0.00", "2|b|4000|0.00", "3|null|4000|0.00", "4|null|4000|0.00");
    }

    @Test
    void noPlanShowsThePassword() {
        Dataset<Row> found = customers.columns("segment").apply(keys("long", 1L));

        assertThat(found.queryExecution().toString())
                .contains("MapPartitions look up \"customers\" at 127.0.0.1:")
                .doesNotContain(Server.postgres().password());
    }
}
