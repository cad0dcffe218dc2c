package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.Secret;
import io.millrace.core.internal.spark.ScalaCollections;
import io.millrace.sinks.Sinks;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class JdbcShapeTest extends ShapeCheck {
    @Override
    Database database() {
        return Server.database();
    }

    /** A role that may use tables, and nothing more. */
    @Override
    Database clerk() {
        Server.execute(
                "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'clerk')"
                        + " THEN CREATE ROLE clerk LOGIN PASSWORD 'clerk'; END IF; END $$",
                // PostgreSQL 14 gives it to everybody.
                "REVOKE CREATE ON SCHEMA public FROM PUBLIC");
        return Server.database().user("clerk").password(Secret.from(() -> "clerk"));
    }

    @Override
    List<String> rows(String query) {
        return Server.rows(query);
    }

    @Override
    void execute(String... statements) {
        Server.execute(statements);
    }

    @Override
    Connection connect() throws SQLException {
        return Server.postgres().connect();
    }

    @Override
    String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    @Override
    String home() {
        return "public";
    }

    static Stream<Edges> edges() {
        return Stream.concat(
                keys(),
                Stream.of(
                                Edges.of("array<int>", List.of(), Arrays.asList(1, null, -1)),
                                Edges.of("array<string>", List.of("", "a,b", "\"c\""), Arrays.asList((Object) null)))
                        .map(JdbcShapeTest::withScalaArrays));
    }

    static Stream<Edges> keys() {
        return Stream.of(
                Edges.of("tinyint", Byte.MIN_VALUE, (byte) 0, Byte.MAX_VALUE),
                Edges.of("smallint", Short.MIN_VALUE, (short) 0, Short.MAX_VALUE),
                Edges.of("int", Integer.MIN_VALUE, 0, Integer.MAX_VALUE),
                Edges.of("bigint", Long.MIN_VALUE, 0L, Long.MAX_VALUE),
                Edges.of(
                        "float",
                        Float.NEGATIVE_INFINITY,
                        -Float.MAX_VALUE,
                        0.1f,
                        1.2345679f,
                        Float.MIN_VALUE,
                        Float.NaN),
                Edges.of("double", Double.NEGATIVE_INFINITY, -Double.MAX_VALUE, 0.1, Double.MIN_VALUE, Double.NaN),
                Edges.of("decimal(38,18)", nines(38, 18), nines(38, 18).negate(), BigDecimal.ZERO.setScale(18)),
                Edges.of("decimal(38,38)", nines(38, 38), nines(38, 38).negate()),
                Edges.of("decimal(38,0)", nines(38, 0), nines(38, 0).negate()),
                Edges.of("boolean", true, false),
                Edges.of(
                        "string",
                        "",
                        " ",
                        "a",
                        "A",
                        "a ",
                        "a  ",
                        "\t",
                        "ä",
                        "a\u0308",
                        "\uD83D\uDE00",
                        "x".repeat(255)),
                Edges.of(
                        "binary", new byte[0], new byte[] {0}, new byte[] {0, 0}, new byte[] {32}, new byte[] {-1, 32}),
                Edges.of("date", LocalDate.of(1, 1, 1), LocalDate.of(1582, 10, 10), LocalDate.of(9999, 12, 31)),
                Edges.of(
                        "timestamp",
                        Instant.parse("0001-01-01T00:00:00Z"),
                        Instant.parse("1969-12-31T23:59:59.999999Z"),
                        Instant.parse("2026-03-29T01:30:00.000001Z"),
                        Instant.parse("9999-12-31T23:59:59.999999Z")),
                Edges.of(
                        "timestamp_ntz",
                        LocalDateTime.parse("0001-01-01T00:00:00"),
                        LocalDateTime.parse("2026-03-29T02:30:00.000001"),
                        LocalDateTime.parse("9999-12-31T23:59:59.999999")),
                Edges.of(
                        "interval day to second",
                        Duration.ZERO,
                        Duration.ofDays(-1_000).minusNanos(1_000)),
                Edges.of("interval year to month", Period.ofMonths(-13).normalized(), Period.ofYears(9)));
    }

    private static BigDecimal nines(int precision, int scale) {
        return new BigDecimal("9".repeat(precision)).movePointLeft(scale).setScale(scale, RoundingMode.UNNECESSARY);
    }

    private static Edges withScalaArrays(Edges edges) {
        return new Edges(
                edges.type(),
                edges.values().stream()
                        .map(value -> (Object) ScalaCollections.seq((List<?>) value))
                        .toList());
    }

    @Override
    String selected(String type) {
        return switch (type) {
            case "interval day to second" -> "extract(epoch FROM value) * 1000000";
            case "interval year to month" -> "extract(year FROM value) * 12 + extract(month FROM value)";
            default -> "value";
        };
    }

    @Override
    Object read(String type, ResultSet found) throws SQLException {
        return switch (type) {
            case "tinyint" -> found.getByte(2);
            case "smallint" -> found.getShort(2);
            case "float" -> found.getFloat(2);
            case "date" -> found.getObject(2, LocalDate.class);
            case "timestamp" -> found.getObject(2, OffsetDateTime.class).toInstant();
            case "timestamp_ntz" -> found.getObject(2, LocalDateTime.class);
            case "interval day to second" ->
                Duration.ofNanos(found.getBigDecimal(2).longValueExact() * 1_000);
            case "interval year to month" ->
                Period.ofMonths(found.getBigDecimal(2).intValueExact()).normalized();
            default -> found.getObject(2) instanceof Array array ? elements(array) : found.getObject(2);
        };
    }

    private static Object elements(Array array) throws SQLException {
        return ScalaCollections.seq(Arrays.asList((Object[]) array.getArray()));
    }

    @Test
    void theStatementOfPostgresIsWhatTheCatalogThenSays() {
        StructType stream =
                ORDERS.add("at", "timestamp").add("local", "timestamp_ntz").add("tags", "array<string>");

        assertThat(shaped().upsertOn("id").ddlFor(stream))
                .isEqualTo("CREATE TABLE IF NOT EXISTS \"shaped\" (\"id\" bigint NOT NULL, \"customer\" text,"
                        + " \"total\" numeric(10,2), \"at\" timestamptz, \"local\" timestamp, \"tags\" text[],"
                        + " PRIMARY KEY (\"id\"));\n");
    }

    @Test
    void theFirstSchemaOfTheSearchPathGetsTheTableAndTheTablesOfTheSink() {
        Server.execute("DROP SCHEMA IF EXISTS shapes CASCADE", "CREATE SCHEMA shapes");
        Database onPath = Database.at(Server.database().url().text() + "?currentSchema=shapes,public")
                .user("postgres")
                .password(Server.password());

        Server.write(
                Sinks.jdbc(onPath)
                        .table("shaped")
                        .upsertOn("id")
                        .deadLettersTo("shaped_refused")
                        .creatingTable()
                        .writer(ORDERS),
                Server.row(1L, "a", null));

        assertThat(Server.rows("SELECT relname FROM pg_class c WHERE relkind = 'r' AND relnamespace ="
                        + " 'shapes'::regnamespace ORDER BY 1"))
                .containsExactly("millrace_fence", "shaped", "shaped_refused");
        Server.execute("DROP SCHEMA shapes CASCADE");
    }

    @Test
    void aTableOfTheSinkThatIsAnotherIsReportedBeforeTheTableIsCreated() {
        Server.execute("CREATE TABLE millrace_fence (odd int)");

        assertThat(problems(shaped().upsertOn("id").creatingTable()))
                .singleElement()
                .asString()
                .contains("this is not the table that the sink needs");
        assertThat(Server.rows("SELECT to_regclass('shaped')")).containsExactly("null");
        Server.execute("DROP TABLE millrace_fence");
    }
}
