package io.millrace.sinks;

import static io.millrace.sinks.PostgresUpsertSql.joined;

import java.io.Serializable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The statements that bring a whole micro-batch into a table, straight or from a stage of its own. */
record BatchSql(TableName table, ExactlyOnceRule rule, List<PlannedColumn> columns) implements Serializable {
    private static final String ATTEMPT = "millrace_attempt";
    private static final String SEQUENCE = "millrace_sequence";

    /** Whether rows can be copied into the table as they are: appended, and in the columns' own types. */
    boolean straight() {
        return !rule.upserts()
                && columns.stream()
                        .allMatch(column -> column.type().assigns(column.codec().stagedType()));
    }

    String copyStraight() {
        return "COPY " + table.quoted() + " (" + joined(columns, PlannedColumn::quoted)
                + ") FROM STDIN (FORMAT binary)";
    }

    String copyToStage(TableName stage) {
        return "COPY " + stage.quoted() + " (" + joined(columns, PlannedColumn::quoted) + ", " + ATTEMPT + ", "
                + SEQUENCE + ") FROM STDIN (FORMAT binary)";
    }

    /** A stage that lives as long as the transaction of one task. */
    void createTemporary(Connection connection, TableName stage) throws SQLException {
        execute(connection, "CREATE TEMPORARY TABLE " + stage.quoted() + stageColumns() + " ON COMMIT DROP");
    }

    /** A stage that several tasks fill. Not logged: a crash empties it, which the count of its rows then shows. */
    void create(Connection connection, TableName stage) throws SQLException {
        execute(connection, "CREATE UNLOGGED TABLE " + stage.quoted() + stageColumns());
    }

    void drop(Connection connection, TableName stage) throws SQLException {
        execute(connection, "DROP TABLE IF EXISTS " + stage.quoted());
    }

    /** Brings what the attempts have staged into the table, in the order of the key; the last row of a key wins. */
    void merge(Connection connection, TableName stage, Long[] attempts) throws SQLException {
        try (PreparedStatement merge = connection.prepareStatement(mergeSql(stage))) {
            merge.setArray(1, connection.createArrayOf("int8", attempts));
            merge.executeUpdate();
        }
    }

    long count(Connection connection, TableName stage, Long[] attempts) throws SQLException {
        try (PreparedStatement count = connection.prepareStatement(
                "SELECT count(*) FROM " + stage.quoted() + " WHERE " + ATTEMPT + " = ANY (?)")) {
            count.setArray(1, connection.createArrayOf("int8", attempts));
            try (ResultSet found = count.executeQuery()) {
                found.next();
                return found.getLong(1);
            }
        }
    }

    /** Stages beside the table whose names begin so. */
    List<TableName> stages(Connection connection, String prefix) throws SQLException {
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
                        column -> column.quoted() + " " + column.codec().stagedType()) + ", " + ATTEMPT
                + " bigint NOT NULL, " + SEQUENCE + " bigint NOT NULL)";
    }

    private String mergeSql(TableName stage) {
        String from = " FROM " + stage.quoted() + " AS staged WHERE " + ATTEMPT + " = ANY (?)";
        String into =
                "INSERT INTO " + table.quoted() + " AS held (" + joined(columns, PlannedColumn::quoted) + ") SELECT ";
        if (!rule.upserts()) {
            return into + joined(columns, PlannedColumn::fromStage) + from;
        }
        List<PlannedColumn> keys = columns.stream().filter(PlannedColumn::key).toList();
        List<PlannedColumn> values =
                columns.stream().filter(column -> !column.key()).toList();
        String order = joined(keys, PlannedColumn::fromStage);
        return into + "DISTINCT ON (" + order + ") " + joined(columns, PlannedColumn::fromStage) + from + " ORDER BY "
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
