package io.millrace.sinks;

import static io.millrace.sinks.PostgresUpsertSql.joined;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Row;

/** A micro-batch on PostgreSQL: rows are copied straight into the table where that is all, or else through a stage. */
record PostgresBatchSql(TableName table, ExactlyOnceRule rule, List<PlannedColumn> columns) implements BatchSql {
    private static final String ATTEMPT = "millrace_attempt";
    private static final String SEQUENCE = "millrace_sequence";

    @Override
    public void awaitRows(Connection connection) throws SQLException {
        // A COPY lasts as long as its rows take to come; the socket's time-out still holds.
        execute(connection, "SET LOCAL statement_timeout = 0");
    }

    @Override
    public long write(Connection connection, Iterator<Row> rows) throws SQLException {
        return straight() ? new BinaryCopy(columns).send(connection, copyStraight(), rows) : staged(connection, rows);
    }

    @Override
    public long stage(Connection connection, TableName stage, Iterator<Row> rows, long attempt, long sequence)
            throws SQLException {
        return new BinaryCopy(columns, attempt, sequence).send(connection, copyToStage(stage), rows);
    }

    private long staged(Connection connection, Iterator<Row> rows) throws SQLException {
        TableName stage = new TableName(null, "millrace_batch");
        execute(connection, "CREATE TEMPORARY TABLE " + stage.quoted() + stageColumns() + " ON COMMIT DROP");
        long written = stage(connection, stage, rows, 0, 0);
        merge(connection, stage, new Long[] {0L});
        return written;
    }

    /** Whether rows can be copied into the table as they are: appended, and in the columns' own types. */
    private boolean straight() {
        return !rule.upserts() && columns.stream().allMatch(Codecs::assigned);
    }

    private String copyStraight() {
        return "COPY " + table.quoted() + " (" + joined(columns, PlannedColumn::quoted)
                + ") FROM STDIN (FORMAT binary)";
    }

    private String copyToStage(TableName stage) {
        return "COPY " + stage.quoted() + " (" + joined(columns, PlannedColumn::quoted) + ", " + ATTEMPT + ", "
                + SEQUENCE + ") FROM STDIN (FORMAT binary)";
    }

    /**
     * Not logged: a crash empties it, which the count of its rows then shows. Committed in the same message: a PostgreSQL
     * that crashes right after such a table was rolled back can fail to start again ("could not create file .. File
     * exists"), since its recovery restores the table's template beside what is left of the table.
     */
    @Override
    public void create(Connection connection, TableName stage) throws SQLException {
        execute(connection, "CREATE UNLOGGED TABLE " + stage.quoted() + stageColumns() + "; COMMIT");
    }

    @Override
    public void drop(Connection connection, TableName stage) throws SQLException {
        execute(connection, "DROP TABLE IF EXISTS " + stage.quoted());
    }

    @Override
    public void merge(Connection connection, TableName stage, Long[] attempts) throws SQLException {
        try (PreparedStatement merge = connection.prepareStatement(mergeSql(stage))) {
            merge.setArray(1, connection.createArrayOf("int8", attempts));
            merge.executeUpdate();
        }
    }

    @Override
    public long count(Connection connection, TableName stage, Long[] attempts) throws SQLException {
        try (PreparedStatement count = connection.prepareStatement(
                "SELECT count(*) FROM " + stage.quoted() + " WHERE " + ATTEMPT + " = ANY (?)")) {
            count.setArray(1, connection.createArrayOf("int8", attempts));
            try (ResultSet found = count.executeQuery()) {
                found.next();
                return found.getLong(1);
            }
        }
    }

    @Override
    public List<TableName> stages(Connection connection, String prefix) throws SQLException {
        List<TableName> stages = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                        + " WHERE n.nspname = ? AND starts_with(relname::text, ?) AND relkind = 'r'")) {
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

    private String stageColumns() {
        return " ("
                + joined(
                        columns,
                        column -> column.quoted() + " " + Codecs.of(column).stagedType()) + ", " + ATTEMPT
                + " bigint NOT NULL, " + SEQUENCE + " bigint NOT NULL)";
    }

    private String mergeSql(TableName stage) {
        String from = " FROM " + stage.quoted() + " AS staged WHERE " + ATTEMPT + " = ANY (?)";
        String into =
                "INSERT INTO " + table.quoted() + " AS held (" + joined(columns, PlannedColumn::quoted) + ") SELECT ";
        if (!rule.upserts()) {
            return into + joined(columns, Codecs::fromStage) + from;
        }
        List<PlannedColumn> keys = columns.stream().filter(PlannedColumn::key).toList();
        List<PlannedColumn> values =
                columns.stream().filter(column -> !column.key()).toList();
        String order = joined(keys, Codecs::fromStage);
        return into + "DISTINCT ON (" + order + ") " + joined(columns, Codecs::fromStage) + from + " ORDER BY "
                + order + ", " + SEQUENCE + " DESC ON CONFLICT (" + joined(keys, PlannedColumn::quoted) + ") DO "
                + (values.isEmpty()
                        ? "NOTHING"
                        : "UPDATE SET " + joined(values, column -> column.quoted() + " = EXCLUDED." + column.quoted()));
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
