package io.millrace.sinks.jdbc;

import static io.millrace.sinks.jdbc.LookedUp.keys;
import static io.millrace.sinks.jdbc.LookedUp.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.sinks.Lookups;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Date;
import java.time.Duration;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows that get columns of a table of MariaDB. */
class MariaDbLookupTest {
    private static final String UUID = "0e984725-c51c-4bf4-9960-e1c80e27aba0";

    /** Keeps nothing, so that each test asks. */
    private final JdbcLookup uncached =
            Lookups.jdbc(MariaDb.database()).cachedFor(Duration.ZERO).missesCachedFor(Duration.ZERO);

    private int tables;

    @BeforeEach
    void fill() {
        MariaDb.execute(
                "DROP TABLE IF EXISTS customers",
                "CREATE TABLE customers (id bigint PRIMARY KEY, segment varchar(20), since date)",
                "INSERT INTO customers VALUES (1, 'a', '2026-01-01'), (2, 'b', NULL), (3, NULL, '2026-03-03')");
    }

    @Test
    void eachRowGetsTheColumnsOfItsKeyInItsPlace() {
        JdbcLookup lookup = uncached.table("customers")
                .key("key", "id")
                .columns("segment", "since")
                .markingMisses("unknown");

        assertThat(rows(lookup, keys("long", 3L, 1L, null, 9L, 2L, 1L)))
                .containsExactly(
                        "3|null|2026-03-03|false",
                        "1|a|2026-01-01|false",
                        "null|null|null|true",
                        "9|null|null|true",
                        "2|b|null|false",
                        "1|a|2026-01-01|false");
    }

    @Test
    void severalColumnsMakeAKey() {
        MariaDb.execute(
                "DROP TABLE IF EXISTS prices",
                "CREATE TABLE prices (shop varchar(9), sku bigint, price int, PRIMARY KEY (sku, shop))",
                "INSERT INTO prices VALUES ('a', 1, 10), ('a', 2, 20), ('b', 1, 30)");
        JdbcLookup prices =
                uncached.table("prices").key("shop").key("key", "sku").columns("price");
        Dataset<Row> keys = keys("long", 1L, 2L, 1L, null).withColumn("shop", functions.expr("if(n = 2, 'b', 'a')"));

        assertThat(rows(prices, keys)).containsExactly("1|a|10", "2|a|20", "1|b|30", "null|a|null");
    }

    @Test
    void valuesAreThoseOfTheTable() {
        MariaDb.execute(
                "DROP TABLE IF EXISTS kinds",
                "CREATE TABLE kinds (id bigint PRIMARY KEY, a smallint, b int, c bigint, d bigint unsigned, e float,"
                        + " f double, g decimal(10,3), h tinyint(1), i text, j varchar(9), k char(4), l varbinary(9),"
                        + " m date, n datetime(6), o timestamp(6), p json)",
                "SET time_zone = '+00:00'",
                "INSERT INTO kinds VALUES (1, -1, 2, 3, 18446744073709551615, 1.5, 2.5, 1.250, 1, 'ü', 'j', 'k',"
                        + " x'00ff', '0044-03-15', '2026-11-30 12:00:00.123456', '2026-11-30 12:00:00.123456',"
                        + " '{\"a\": 1}')",
                "INSERT INTO kinds (id, o) VALUES (2, NULL)");
        Dataset<Row> found = uncached.table("kinds")
                .key("key", "id")
                .columns("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p")
                .apply(keys("long", 1L, 2L).drop("n"));

        assertThat(found.selectExpr("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "hex(l)", "m", "p")
                        .collectAsList())
                .extracting(row -> row.mkString("|"))
                .containsExactly(
                        "-1|2|3|18446744073709551615|1.5|2.5|1.250|true|ü|j|k|00FF|0044-03-15|{\"a\": 1}",
                        "null|null|null|null|null|null|null|null|null|null|null|null|null|null");
        assertThat(rows(found.selectExpr("date_format(n, 'yyyy-MM-dd HH:mm:ss.SSSSSS')", "unix_micros(o)"))
                        .get(0))
                .isEqualTo("2026-11-30 12:00:00.123456|1796040000123456");
    }

    @Test
    void everyTypeOfAKeyIsFound() {
        assertFound("tinyint", "7", "byte", (byte) 7, (byte) 8);
        assertFound("int", "2147483647", "long", 2147483647L, 1L << 40);
        assertFound("bigint", "-7", "int", -7, 7);
        assertFound("bigint unsigned", "7", "long", 7L, -7L);
        assertFound("decimal(10, 2)", "7.51", "decimal(38,18)", new BigDecimal("7.510"), new BigDecimal("7.512"));
        assertFound("decimal(10, 2)", "7", "long", 7L, 8L);
        BigDecimal longest = new BigDecimal("9".repeat(38));
        assertFound("decimal(38, 0)", longest.toString(), "decimal(38,0)", longest, longest.subtract(BigDecimal.ONE));
        assertFound("decimal(38, 30)", "0", "decimal(38,38)", new BigDecimal("0e-38"), new BigDecimal("1e-38"));
        assertFound("varchar(9) COLLATE utf8mb4_bin", "'ü😀'", "string", "ü😀", "Ü😀");
        assertFound("varchar(9) COLLATE utf8mb4_nopad_bin", "'a'", "string", "a", "a ");
        assertFound("varchar(9)", "'Ab'", "string", "aB", "a");
        assertFound("varchar(9)", "'a'", "string", "a ", "a\0b");
        assertFound("varchar(9) CHARACTER SET latin1", "'é'", "string", "É", "e?");
        assertFound("varchar(9) CHARACTER SET latin1", "'?'", "string", "?", "€€");
        assertFound("varchar(9) CHARACTER SET latin1", "'?'", "string", "?", "Ж");
        assertFound("char(5)", "'ab'", "string", "ab  ", "a");
        assertFound("uuid", "'" + UUID + "'", "string", UUID.toUpperCase(Locale.ROOT), "no uuid");
        assertFound("date", "'2026-11-30'", "date", Date.valueOf("2026-11-30"), Date.valueOf("9999-12-31"));
        assertFound("varbinary(9)", "x'00ff'", "binary", new byte[] {0, -1}, new byte[] {0});
        assertFound("varchar(700)", "REPEAT('x', 700)", "string", "x".repeat(700), "x".repeat(701));
    }

    private void assertFound(String column, String held, String type, Object key, Object other) {
        String table = "typed_" + tables++; // The whole of one that is as another is kept.
        MariaDb.execute(
                "DROP TABLE IF EXISTS " + table,
                "CREATE TABLE " + table + " (id " + column + " PRIMARY KEY, value varchar(9)) CHARACTER SET utf8mb4",
                "INSERT INTO " + table + " VALUES (" + held + ", 'found')");
        JdbcLookup lookup = uncached.table(table).key("key", "id").columns("value");

        assertThat(rows(lookup.apply(keys(type, key, other)).select("value")))
                .as(column)
                .containsExactly("found", "null");
        if ((!type.startsWith("string") && !column.startsWith("decimal")) || column.contains("utf8mb4_bin")) {
            assertThat(rows(lookup.wholeTable().apply(keys(type, key, other)).select("value")))
                    .as("the whole table, " + column)
                    .containsExactly("found", "null");
        }
    }

    @Test
    void aTextThatIsNotValidIsNoKey() {
        MariaDb.execute(
                "DROP TABLE IF EXISTS typed",
                "CREATE TABLE typed (id varchar(9) COLLATE utf8mb4_bin PRIMARY KEY, value varchar(9))",
                "INSERT INTO typed VALUES ('\uFFFD', 'found')");
        JdbcLookup lookup = uncached.table("typed").key("key", "id").columns("value");
        Dataset<Row> keys = keys("binary", new byte[] {-1}, "\uFFFD".getBytes(StandardCharsets.UTF_8))
                .withColumn("key", functions.expr("cast(key as string)"));

        assertThat(rows(lookup.apply(keys).select("value"))).containsExactly("null", "found");
    }

    @Test
    void onlyTheServerComparesTextsThatItFolds() {
        MariaDb.execute(
                "DROP TABLE IF EXISTS folded", "CREATE TABLE folded (id varchar(9) PRIMARY KEY, value varchar(9))");
        JdbcLookup lookup =
                uncached.table("folded").key("key", "id").columns("value").wholeTable();

        assertThatThrownBy(() -> lookup.apply(keys("string", "a")))
                .hasMessageContaining("only the server can say which values of its column \"id\", varchar(9), are");
    }

    /** The server finds them by the index, and does not read the table. */
    @Test
    void keysAreFoundByTheIndex() {
        MariaDb.execute(
                "DROP TABLE IF EXISTS large",
                "CREATE TABLE large (id varchar(20) PRIMARY KEY, value int)",
                "INSERT INTO large SELECT seq, seq FROM seq_1_to_20000");
        String before =
                MariaDb.rows("SHOW GLOBAL STATUS LIKE 'Handler_read_rnd_next'").get(0);
        assertThat(rows(uncached.table("large").key("key", "id").columns("value"), keys("string", "7", "20000")))
                .containsExactly("7|7", "20000|20000");
        String after =
                MariaDb.rows("SHOW GLOBAL STATUS LIKE 'Handler_read_rnd_next'").get(0);

        assertThat(Long.parseLong(after.split("\\|", -1)[1]) - Long.parseLong(before.split("\\|", -1)[1]))
                .isLessThan(10_000);
    }
}
