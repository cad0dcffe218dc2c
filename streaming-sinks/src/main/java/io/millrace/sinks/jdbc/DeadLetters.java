package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.AuxiliaryType;
import io.millrace.sinks.jdbc.dialect.DeadLetter;
import io.millrace.sinks.jdbc.dialect.Dialect;
import io.millrace.sinks.jdbc.dialect.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.StructType;

/**
 * The table of dead letters: refused rows, each with a reason. A row that is refused again in a retried batch is there
 * once.
 */
final class DeadLetters implements KeptLetters {
    /** A keyword in some dialects, and so always quoted. */
    static final String STATE = "sqlstate";

    static final String ROW = "row";
    private static final String[] COLUMNS = {"target", "query_id", "epoch", STATE, "reason", "digest", ROW};

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

    /** The table that {@code deadLettersTo} names. */
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
        String key = dialect.sql(AuxiliaryType.KEY) + " NOT NULL";
        String text = dialect.sql(AuxiliaryType.TEXT);
        return dialect.create(
                table,
                "target " + key + ", query_id " + key + ", digest " + key + ", epoch bigint NOT NULL, failed_at "
                        + dialect.sql(AuxiliaryType.INSTANT) + " NOT NULL DEFAULT now(), "
                        + dialect.quoted(STATE) + " " + dialect.sql(AuxiliaryType.STATE) + ", reason " + text
                        + " NOT NULL, " + dialect.quoted(ROW) + " " + text
                        + " NOT NULL, PRIMARY KEY (target, query_id, digest)");
    }

    @Override
    public void add(Connection connection, List<DeadLetter> letters) throws SQLException {
        if (letters.isEmpty()) {
            return;
        }
        try (PreparedStatement insert = connection.prepareStatement(dialect.insertNew(table, COLUMNS))) {
            for (DeadLetter letter : letters) {
                insert.setString(1, target);
                insert.setString(2, queryId);
                insert.setLong(3, epoch);
                int parameter = 4;
                for (String part : letter.parts(schema)) {
                    insert.setString(parameter++, part);
                }
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /** Adds the rows of a query that ends with {@code from} and selects the columns of {@link DeadLetter#parts}. */
    @Override
    public void addAll(Connection connection, String letters, String from, Object parameter) throws SQLException {
        String sql = dialect.insertNew(table, List.of(COLUMNS), "SELECT ?, ?, ?, " + letters + from);
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            insert.setString(1, target);
            insert.setString(2, queryId);
            insert.setLong(3, epoch);
            insert.setObject(4, parameter);
            insert.executeUpdate();
        }
    }
}
