package io.millrace.sinks;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.Period;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/** Rows that a table refuses, with the reason; a row that a retried batch brings again is there once. */
final class DeadLetters {
    /** A word of its own in some dialects, and so always quoted. */
    private static final String STATE = "sqlstate";

    private static final String ROW = "row";

    private final Dialect dialect;
    private final TableName table;
    private final String target;
    private final String queryId;
    private final long epoch;
    private final StructType schema;

    DeadLetters(Dialect dialect, TableName table, String target, String queryId, long epoch, StructType schema) {
        this.schema = schema;
        this.dialect = dialect;
        this.table = table;
        this.target = target;
        this.queryId = queryId;
        this.epoch = epoch;
    }

    /** The table, as {@code deadLettersTo} names it. */
    static SideTable table(Dialect dialect, TableName table) {
        return new SideTable(
                "deadLettersTo",
                table,
                ddl(dialect, table),
                Map.of(
                        "target",
                        SideType.KEY,
                        "query_id",
                        SideType.KEY,
                        "digest",
                        SideType.KEY,
                        "epoch",
                        SideType.NUMBER,
                        STATE,
                        SideType.STATE,
                        "reason",
                        SideType.TEXT,
                        ROW,
                        SideType.TEXT),
                List.of("target", "query_id", "digest"));
    }

    static String ddl(Dialect dialect, TableName table) {
        SideWords words = dialect.sideWords();
        String key = words.key() + " NOT NULL";
        return dialect.create(
                table,
                "target " + key + ", query_id " + key + ", digest " + key + ", epoch bigint NOT NULL, failed_at "
                        + words.instant() + " NOT NULL DEFAULT now(), "
                        + dialect.quoted(STATE) + " " + words.text() + ", reason " + words.text() + " NOT NULL, "
                        + dialect.quoted(ROW) + " " + words.text()
                        + " NOT NULL, PRIMARY KEY (target, query_id, digest)");
    }

    void add(Connection connection, Row row, SQLException refusal) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                dialect.insertNew(table, "target", "query_id", "epoch", STATE, "reason", "digest", ROW))) {
            insert.setString(1, target);
            insert.setString(2, queryId);
            insert.setLong(3, epoch);
            int parameter = 4;
            for (String part : refusal(row, schema, refusal)) {
                insert.setString(parameter++, part);
            }
            insert.executeUpdate();
        }
    }

    /** The rows of a query that ends in {@code from} and gives what {@link #refusal} does. */
    void addAll(Connection connection, String refusals, String from, Object parameter) throws SQLException {
        String names = Stream.of("target", "query_id", "epoch", STATE, "reason", "digest", ROW)
                .map(dialect::quoted)
                .collect(Collectors.joining(", "));
        SideWords words = dialect.sideWords();
        try (PreparedStatement insert = connection.prepareStatement(words.insert() + dialect.quoted(table) + " ("
                + names + ") SELECT ?, ?, ?, " + refusals + from + words.orNothing())) {
            insert.setString(1, target);
            insert.setString(2, queryId);
            insert.setLong(3, epoch);
            insert.setObject(4, parameter);
            insert.executeUpdate();
        }
    }

    /** SQLSTATE, reason, digest and row. */
    static List<String> refusal(Row row, StructType schema, SQLException refusal) {
        String text = text(row, schema);
        return List.of(
                String.valueOf(refusal.getSQLState()),
                String.valueOf(refusal.getMessage()).replace("\0", "\\u0000"),
                digest(text),
                text);
    }

    /** As JSON. A row that was put together from several does not know its columns, and Spark no interval in JSON. */
    static String text(Row row, StructType schema) {
        Object[] values = new Object[row.length()];
        StructType types = new StructType();
        for (int index = 0; index < values.length; index++) {
            StructField field = schema.fields()[index];
            Object value = row.get(index);
            values[index] = plain(value);
            types = types.add(field.name(), isOwn(value) ? DataTypes.StringType : field.dataType());
        }
        return SparkInternals.row(types, values).json().replace("\0", "\\u0000");
    }

    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof Seq<?> elements) {
            List<@Nullable Object> plain = new ArrayList<>();
            for (Object element : JavaConverters.seqAsJavaList(elements)) {
                plain.add(plain(element));
            }
            return JavaConverters.asScalaBuffer(plain);
        }
        return value != null && isOwn(value) ? value.toString() : value;
    }

    /** Whether Spark's JSON does not know values of this kind, whatever their type says. */
    private static boolean isOwn(@Nullable Object value) {
        return value instanceof Duration || value instanceof Period || value instanceof LocalDateTime;
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JVM has SHA-256
        }
    }
}
