package io.millrace.sinks;

import io.millrace.core.Problem;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.DataType;

/** PostgreSQL: rows go by COPY in binary, and merge by ON CONFLICT. */
record PostgresDialect() implements Dialect {
    private static final AuxiliaryWords SIDE_WORDS = new AuxiliaryWords(
            "text", "text", "timestamptz", "", "INSERT INTO ", " ON CONFLICT DO NOTHING", " FOR SHARE");
    /** PostgreSQL cuts longer names silently. */
    private static final int LONGEST_NAME = 63;

    @Override
    public String product() {
        return "PostgreSQL";
    }

    @Override
    public String urlPrefix() {
        return "jdbc:postgresql:";
    }

    @Override
    public String driver() {
        return "org.postgresql.Driver";
    }

    @Override
    public String driverArtifact() {
        return "org.postgresql:postgresql";
    }

    @Override
    public Properties properties(Database database) {
        return PostgresLogin.properties(database);
    }

    @Override
    public String sessionSettings(Database database) {
        return PostgresLogin.sessionSettings(database);
    }

    @Override
    public Catalog catalog(Connection connection) {
        return new PostgresCatalog(connection);
    }

    @Override
    public SqlFaults faults() {
        return PostgresFaults.ALL;
    }

    @Override
    public boolean upsertsFromStage() {
        return true;
    }

    @Override
    public boolean takes(DataType stream, ColumnType column) {
        return PostgresCodecs.between(stream, column).isPresent();
    }

    @Override
    public Optional<UnaryOperator<Object>> keyForm(PlannedColumn key) {
        return PostgresKeyForms.of(key);
    }

    @Override
    public List<Problem> problems(KeyRequirement use, TableShape table) {
        return PostgresKeyCheck.problems(use, table);
    }

    @Override
    public Optional<String> checkConstraintsNow() {
        return Optional.of("SET CONSTRAINTS ALL IMMEDIATE");
    }

    @Override
    public UpsertSql upsert(TableName table, UpsertRule rule, List<PlannedColumn> columns) {
        return PostgresUpsertSql.of(table, rule, columns);
    }

    @Override
    public ExactlyOnceSql batch(TableName table, ExactlyOnceRule rule, List<PlannedColumn> columns) {
        return new PostgresExactlyOnceSql(table, rule, columns, columns);
    }

    @Override
    public Optional<DeadLetterMergeSql> deadLetterMerge(
            TableName table, ExactlyOnceRule rule, List<PlannedColumn> columns) {
        return Optional.of(PostgresDeadLetterMergeSql.of(table, rule, columns));
    }

    @Override
    public boolean sieves() {
        return true;
    }

    @Override
    public AuxiliaryWords sideWords() {
        return SIDE_WORDS;
    }

    @Override
    public boolean holds(AuxiliaryType type, ColumnType column) {
        return switch (type) {
            case KEY, TEXT, STATE -> column.sql().equals("text") || column.sql().equals("character varying");
            case NUMBER -> column.name().equals("int8");
        };
    }

    @Override
    public Optional<Flaw> flaw(Connection connection, Reconnect reconnect) throws SQLException {
        return PostgresServer.flaw(connection, reconnect);
    }

    @Override
    public Optional<String> nameFlaw(String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        return bytes <= LONGEST_NAME
                ? Optional.empty()
                : Optional.of("the name has " + bytes + " bytes, and PostgreSQL cuts names at " + LONGEST_NAME
                        + ". Use a shorter one");
    }

    @Override
    public boolean isReserved(String column) {
        return column.startsWith("millrace_");
    }

    @Override
    public String quoted(String name) {
        return PostgresNames.quoted(name);
    }

    @Override
    public String makeNotNull(TableName table, TableColumn column) {
        return "ALTER TABLE " + quoted(table) + " ALTER COLUMN " + quoted(column.name()) + " SET NOT NULL";
    }

    @Override
    public String makeUnique(TableName table, List<String> columns) {
        return "CREATE UNIQUE INDEX ON " + quoted(table) + " ("
                + columns.stream().map(this::quoted).collect(Collectors.joining(", ")) + ")";
    }
}
