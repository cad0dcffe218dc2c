package io.millrace.sinks;

import static io.millrace.sinks.MariaDbNames.joined;
import static io.millrace.sinks.MariaDbNames.quoted;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/** A micro-batch on MariaDB: one task's rows go straight into the table as they arrive, those of several via a stage. */
record MariaDbBatchSql(TableName table, ExactlyOnceRule rule, List<PlannedColumn> columns) implements BatchSql {
    private static final String ATTEMPT = "millrace_attempt";
    private static final String SEQUENCE = "millrace_sequence";

    /** Nothing: each statement has its rows, and the session waits long for the next. */
    @Override
    public void awaitRows(Connection connection) {}

    @Override
    public long write(Connection connection, Iterator<Row> rows) throws SQLException {
        return new MariaDbInsert(MariaDbUpsertSql.into(table, columns), orUpdate(), columns, 0).send(connection, rows);
    }

    @Override
    public void create(Connection connection, TableName stage) throws SQLException {
        execute(
                connection,
                "CREATE TABLE " + quoted(stage) + " (" + joined(columns, MariaDbBatchSql::staged) + ", " + ATTEMPT
                        + " bigint NOT NULL, " + SEQUENCE + " bigint NOT NULL) ENGINE = InnoDB");
    }

    @Override
    public long stage(Connection connection, TableName stage, Iterator<Row> rows, long attempt, long sequence)
            throws SQLException {
        String into = "INSERT INTO " + quoted(stage) + " (" + joined(columns, MariaDbNames::quoted) + ", " + ATTEMPT
                + ", " + SEQUENCE + ") VALUES ";
        return new MariaDbInsert(into, "", columns, 2).send(connection, rows, attempt, sequence);
    }

    @Override
    public long count(Connection connection, TableName stage, Long[] attempts) throws SQLException {
        try (PreparedStatement count =
                        connection.prepareStatement("SELECT count(*) FROM " + quoted(stage) + where(attempts));
                ResultSet found = count.executeQuery()) {
            found.next();
            return found.getLong(1);
        }
    }

    @Override
    public void merge(Connection connection, TableName stage, Long[] attempts) throws SQLException {
        List<PlannedColumn> keys = columns.stream().filter(PlannedColumn::key).toList();
        String names = joined(columns, MariaDbNames::quoted);
        // Row by row in this order, by the equality of the table: of the rows of a key the last to arrive stays.
        String order = keys.isEmpty() ? "" : " ORDER BY " + joined(keys, MariaDbNames::quoted) + ", " + SEQUENCE;
        execute(
                connection,
                "INSERT INTO " + quoted(table) + " (" + names + ") SELECT " + names + " FROM " + quoted(stage)
                        + where(attempts) + order + orUpdate());
    }

    /** Commits what came before it, as every DDL does here. */
    @Override
    public void drop(Connection connection, TableName stage) throws SQLException {
        execute(connection, "DROP TABLE IF EXISTS " + quoted(stage));
    }

    @Override
    public List<TableName> stages(Connection connection, String prefix) throws SQLException {
        List<TableName> stages = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement("SELECT TABLE_NAME FROM information_schema.TABLES"
                + " WHERE TABLE_SCHEMA = ? AND LEFT(TABLE_NAME, " + prefix.length() + ") = ?")) {
            query.setString(1, table.schema());
            query.setString(2, prefix);
            try (ResultSet found = query.executeQuery()) {
                while (found.next()) {
                    stages.add(table.sibling(found.getString(1)));
                }
            }
        }
        return stages;
    }

    private String orUpdate() {
        if (!rule.upserts()) {
            return "";
        }
        List<PlannedColumn> values =
                columns.stream().filter(column -> !column.key()).toList();
        return " ON DUPLICATE KEY UPDATE "
                + joined(
                        values.isEmpty() ? columns : values,
                        column -> quoted(column) + " = VALUES(" + quoted(column) + ")");
    }

    private static String staged(PlannedColumn column) {
        String collation = column.type().collation();
        return quoted(column) + " " + column.type().sql() + (collation == null ? "" : " COLLATE " + collation)
                + " NULL";
    }

    /** The attempts are numbers of our own. */
    private static String where(Long[] attempts) {
        String all = Arrays.stream(attempts).map(Object::toString).collect(Collectors.joining(", "));
        return " WHERE " + ATTEMPT + " IN (" + (all.isEmpty() ? "NULL" : all) + ")";
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
