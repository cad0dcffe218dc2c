package io.millrace.sinks;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HexFormat;
import org.apache.spark.sql.Row;

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

    DeadLetters(Dialect dialect, TableName table, String target, String queryId, long epoch) {
        this.dialect = dialect;
        this.table = table;
        this.target = target;
        this.queryId = queryId;
        this.epoch = epoch;
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
        String text = text(row);
        try (PreparedStatement insert = connection.prepareStatement(
                dialect.insertNew(table, "target", "query_id", "digest", "epoch", STATE, "reason", ROW))) {
            insert.setString(1, target);
            insert.setString(2, queryId);
            insert.setString(3, digest(text));
            insert.setLong(4, epoch);
            insert.setString(5, refusal.getSQLState());
            insert.setString(6, String.valueOf(refusal.getMessage()).replace("\0", "\\u0000"));
            insert.setString(7, text);
            insert.executeUpdate();
        }
    }

    private static String text(Row row) {
        String text = row.schema() == null ? row.toString() : row.json();
        return text.replace("\0", "\\u0000");
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
