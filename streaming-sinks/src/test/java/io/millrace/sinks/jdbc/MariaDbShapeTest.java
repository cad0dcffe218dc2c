package io.millrace.sinks.jdbc;

import static io.millrace.sinks.jdbc.Server.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.Secret;
import io.millrace.sinks.Sinks;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class MariaDbShapeTest extends ShapeCheck {
    private static final DateTimeFormatter TEXT = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS");

    @Override
    Database database() {
        return MariaDb.database();
    }

    /** A user who may use tables, and nothing more. */
    @Override
    Database clerk() {
        MariaDb.execute(
                "CREATE USER IF NOT EXISTS clerk IDENTIFIED BY 'clerk'",
                "REVOKE ALL PRIVILEGES, GRANT OPTION FROM clerk",
                "GRANT SELECT, INSERT, UPDATE, DELETE ON millrace.* TO clerk");
        return MariaDb.database().user("clerk").password(Secret.from(() -> "clerk"));
    }

    @Override
    List<String> rows(String query) {
        return MariaDb.rows(query);
    }

    @Override
    void execute(String... statements) {
        MariaDb.execute(statements);
    }

    @Override
    Connection connect() throws SQLException {
        Connection connection = MariaDb.server().connect();
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET time_zone = '+00:00'");
        }
        return connection;
    }

    @Override
    String quoted(String name) {
        return '`' + name.replace("`", "``") + '`';
    }

    @Override
    String home() {
        return "millrace";
    }

    static Stream<Edges> edges() {
        return Stream.concat(keys(), Stream.of(Edges.of("string", "\0", "x".repeat(100_000))));
    }

    static Stream<Edges> keys() {
        return Stream.of(
                Edges.of("tinyint", Byte.MIN_VALUE, (byte) 0, Byte.MAX_VALUE),
                Edges.of("smallint", Short.MIN_VALUE, (short) 0, Short.MAX_VALUE),
                Edges.of("int", Integer.MIN_VALUE, 0, Integer.MAX_VALUE),
                Edges.of("bigint", Long.MIN_VALUE, 0L, Long.MAX_VALUE),
                Edges.of("float", -Float.MAX_VALUE, 0.1f, 1.2345679f, Float.MIN_VALUE),
                Edges.of("double", -Double.MAX_VALUE, 0.1, 1.2345678901234567, Double.MIN_NORMAL),
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
                        Instant.parse("1970-01-01T00:00:01Z"),
                        Instant.parse("2026-03-29T01:30:00.000001Z"),
                        Instant.parse("2038-01-19T03:14:07.999999Z")),
                Edges.of(
                        "timestamp_ntz",
                        LocalDateTime.parse("0001-01-01T00:00:00"),
                        LocalDateTime.parse("2026-03-29T02:30:00.000001"),
                        LocalDateTime.parse("9999-12-31T23:59:59.999999")));
    }

    private static BigDecimal nines(int precision, int scale) {
        return new BigDecimal("9".repeat(precision)).movePointLeft(scale).setScale(scale, RoundingMode.UNNECESSARY);
    }

    @Override
    String selected(String type) {
        return type.startsWith("timestamp") ? "cast(value AS char)" : "value";
    }

    @Override
    Object read(String type, ResultSet found) throws SQLException {
        return switch (type) {
            case "tinyint" -> found.getByte(2);
            case "smallint" -> found.getShort(2);
            case "int" -> found.getInt(2);
            case "bigint" -> found.getLong(2);
            case "float" -> (float) found.getDouble(2);
            case "double" -> found.getDouble(2);
            case "boolean" -> found.getBoolean(2);
            case "string" -> found.getString(2);
            case "binary" -> found.getBytes(2);
            case "date" -> found.getObject(2, LocalDate.class);
            case "timestamp" -> LocalDateTime.parse(found.getString(2), TEXT).toInstant(ZoneOffset.UTC);
            case "timestamp_ntz" -> LocalDateTime.parse(found.getString(2), TEXT);
            default -> found.getBigDecimal(2);
        };
    }

    @Test
    void theStatementOfMariaDbIsWhatTheCatalogThenSays() {
        StructType stream = ORDERS.add("at", "timestamp").add("local", "timestamp_ntz");

        assertThat(shaped().upsertOn("id").ddlFor(stream))
                .isEqualTo("CREATE TABLE IF NOT EXISTS `shaped` (`id` bigint NOT NULL,"
                        + " `customer` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin, `total` decimal(10,2),"
                        + " `at` timestamp(6) NULL, `local` datetime(6), PRIMARY KEY (`id`)) ENGINE = InnoDB;\n");
    }

    @Test
    void aKeyOfManyTextsFitsIntoAnIndexAndALongerOneIsRefused() {
        for (int columns : new int[] {1, 2, 3, 4, 8, 16, 32}) {
            emptyTables();
            StructType schema = new StructType();
            for (int column = 0; column < columns; column++) {
                schema = schema.add("k" + column, column % 2 == 0 ? "string" : "binary");
            }
            JdbcUpsert upsert = shaped().upsertOn(List.of(schema.fieldNames())).creatingTable();

            Object[] values = IntStream.range(0, columns)
                    .mapToObj(column -> column % 2 == 0 ? (Object) "a" : new byte[] {1})
                    .toArray();
            Server.write(upsert.writer(schema), row(values));

            assertThat(MariaDb.rows("SELECT count(*) FROM shaped")).containsExactly("1");
        }
    }

    @Test
    void aKeyThatDoesNotFitIsRefusedAndNotCut() {
        StructType texts = new StructType().add("id", "string").add("n", "int");
        ForeachWriter<Row> upsert = shaped().upsertOn("id").creatingTable().writer(texts);
        assertThatThrownBy(() -> Server.write(upsert, row("x".repeat(256), 1))).hasMessageContaining("\"id\"");

        emptyTables();
        StructType bytes = new StructType().add("id", "binary").add("n", "int");
        byte[] blanks = new byte[1021];
        Arrays.fill(blanks, (byte) ' ');
        ForeachWriter<Row> binary = shaped().upsertOn("id").creatingTable().writer(bytes);
        assertThatThrownBy(() -> Server.write(binary, row(blanks, 1))).hasMessageContaining("\"id\"");
        assertThat(MariaDb.rows("SELECT * FROM shaped")).isEmpty();
    }

    @Test
    void aKeyWithATimeIsNotSetToTheTimeOfAnUpdate() {
        StructType schema = new StructType().add("at", "timestamp").add("n", "int");
        JdbcUpsert upsert = shaped().upsertOn("at").creatingTable();

        Server.write(upsert.writer(schema), row(Instant.parse("2026-01-01T00:00:00Z"), 1));
        Server.write(upsert.writer(schema), row(Instant.parse("2026-01-01T00:00:00Z"), 2));

        assertThat(MariaDb.rows("SELECT n, extra FROM shaped, information_schema.COLUMNS WHERE COLUMN_NAME = 'at'"
                        + " AND TABLE_NAME = 'shaped'"))
                .containsExactly("2|");
    }

    @Test
    void textKeysOfACreatedTableNeedNoTemporaryTable() {
        StructType schema = new StructType().add("id", "string").add("n", "int");
        Server.write(shaped().upsertOn("id").creatingTable().writer(schema), row("a", 1));
        clerk();
        MariaDb.execute("GRANT CREATE ON millrace.* TO clerk");

        Server.write(
                Sinks.jdbc(MariaDb.database().user("clerk").password(Secret.from(() -> "clerk")))
                        .table("shaped")
                        .upsertOn("id")
                        .writer(schema),
                row("a", 2),
                row("a ", 3));

        assertThat(MariaDb.rows("SELECT id, n FROM shaped ORDER BY id, n")).containsExactly("a|2", "a |3");
    }
}
