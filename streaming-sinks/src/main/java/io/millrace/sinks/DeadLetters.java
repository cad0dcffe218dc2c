package io.millrace.sinks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.types.StructType;

/** Rows that a table refuses, with the reason; a row that a retried batch brings again is there once. */
final class DeadLetters {
    /** A word of its own in some dialects, and so always quoted. */
    private static final String STATE = "sqlstate";

    private static final String ROW = "row";
    private static final int DIGEST_BYTES = 32;

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
    static AuxiliaryTable table(Dialect dialect, TableName table) {
        return new AuxiliaryTable(
                "deadLettersTo",
                table,
                ddl(dialect, table),
                Map.of(
                        "target",
                        AuxiliaryType.KEY,
                        "query_id",
                        AuxiliaryType.KEY,
                        "digest",
                        AuxiliaryType.KEY,
                        "epoch",
                        AuxiliaryType.NUMBER,
                        STATE,
                        AuxiliaryType.STATE,
                        "reason",
                        AuxiliaryType.TEXT,
                        ROW,
                        AuxiliaryType.TEXT),
                List.of("target", "query_id", "digest"));
    }

    static String ddl(Dialect dialect, TableName table) {
        AuxiliaryWords words = dialect.sideWords();
        String key = words.key() + " NOT NULL";
        return dialect.create(
                table,
                "target " + key + ", query_id " + key + ", digest " + key + ", epoch bigint NOT NULL, failed_at "
                        + words.instant() + " NOT NULL DEFAULT now(), "
                        + dialect.quoted(STATE) + " " + words.text() + ", reason " + words.text() + " NOT NULL, "
                        + dialect.quoted(ROW) + " " + words.text()
                        + " NOT NULL, PRIMARY KEY (target, query_id, digest)");
    }

    void add(Connection connection, List<DeadLetter> letters) throws SQLException {
        if (letters.isEmpty()) {
            return;
        }
        try (PreparedStatement insert = connection.prepareStatement(
                dialect.insertNew(table, "target", "query_id", "epoch", STATE, "reason", "digest", ROW))) {
            for (DeadLetter letter : letters) {
                insert.setString(1, target);
                insert.setString(2, queryId);
                insert.setLong(3, epoch);
                int parameter = 4;
                for (String part : parts(letter, schema)) {
                    insert.setString(parameter++, part);
                }
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /** The rows of a query that ends in {@code from} and gives what {@link #parts} does. */
    void addAll(Connection connection, String refusals, String from, Object parameter) throws SQLException {
        String names = Stream.of("target", "query_id", "epoch", STATE, "reason", "digest", ROW)
                .map(dialect::quoted)
                .collect(Collectors.joining(", "));
        AuxiliaryWords words = dialect.sideWords();
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
    static List<String> parts(DeadLetter letter, StructType schema) {
        String text = RowJson.of(letter.row(), schema);
        return List.of(letter.state(), letter.reason().replace("\0", "\\u0000"), Digest.of(DIGEST_BYTES, text), text);
    }
}
