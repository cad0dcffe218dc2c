package io.millrace.sinks.jdbc.postgres;

import io.millrace.core.Problem;
import io.millrace.sinks.jdbc.dialect.AuxiliaryType;
import io.millrace.sinks.jdbc.dialect.Catalog;
import io.millrace.sinks.jdbc.dialect.ColumnType;
import io.millrace.sinks.jdbc.dialect.ConnectionSettings;
import io.millrace.sinks.jdbc.dialect.DeadLetterMergeSql;
import io.millrace.sinks.jdbc.dialect.Dialect;
import io.millrace.sinks.jdbc.dialect.ExactlyOnceSql;
import io.millrace.sinks.jdbc.dialect.Flaw;
import io.millrace.sinks.jdbc.dialect.KeyRequirement;
import io.millrace.sinks.jdbc.dialect.LookupKey;
import io.millrace.sinks.jdbc.dialect.LookupSql;
import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import io.millrace.sinks.jdbc.dialect.Reconnect;
import io.millrace.sinks.jdbc.dialect.SqlFaults;
import io.millrace.sinks.jdbc.dialect.TableColumn;
import io.millrace.sinks.jdbc.dialect.TableName;
import io.millrace.sinks.jdbc.dialect.TableShape;
import io.millrace.sinks.jdbc.dialect.UpsertSpec;
import io.millrace.sinks.jdbc.dialect.UpsertSql;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.DataType;

/** The dialect of PostgreSQL: rows are sent by binary COPY and merged by ON CONFLICT. */
public record PostgresDialect() implements Dialect {
    /** From this number of rows on, a flush is faster by COPY than as arrays, according to measurements. */
    public static final int MANY_ROWS = 2_000;

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
    public Properties properties(ConnectionSettings settings) {
        return PostgresLogin.properties(settings);
    }

    @Override
    public String sessionSettings(ConnectionSettings settings) {
        return PostgresLogin.sessionSettings(settings);
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
    public Optional<String> columnDefinition(DataType stream, int keys) {
        return PostgresColumnTypes.of(stream, keys > 0).map(type -> keys > 0 ? type + " NOT NULL" : type);
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
    public List<Problem> problems(KeyRequirement requirement, TableShape table) {
        return PostgresKeyCheck.problems(requirement, table);
    }

    @Override
    public Optional<String> checkConstraintsNow() {
        return Optional.of("SET CONSTRAINTS ALL IMMEDIATE");
    }

    @Override
    public boolean asks(DataType stream, ColumnType column) {
        return PostgresLookupType.of(stream, column).isPresent();
    }

    @Override
    public LookupSql lookup(TableName table, List<LookupKey> keys, List<String> columns) {
        return PostgresLookupSql.of(table, keys, columns);
    }

    @Override
    public UpsertSql upsert(TableName table, UpsertSpec spec, List<PlannedColumn> columns) {
        return PostgresUpsertSql.of(table, spec, columns);
    }

    @Override
    public ExactlyOnceSql exactlyOnce(TableName table, List<PlannedColumn> columns) {
        return new PostgresExactlyOnceSql(table, columns, columns);
    }

    @Override
    public boolean mergesDeadLetters() {
        return true;
    }

    @Override
    public Optional<DeadLetterMergeSql> deadLetterMerge(TableName table, List<PlannedColumn> columns) {
        return Optional.of(PostgresDeadLetterMergeSql.of(table, columns));
    }

    @Override
    public String sql(AuxiliaryType type) {
        return switch (type) {
            case KEY, TEXT, STATE -> "text";
            case NUMBER -> "bigint";
            case INSTANT -> "timestamptz";
        };
    }

    @Override
    public boolean holds(AuxiliaryType type, ColumnType column) {
        return switch (type) {
            case KEY, TEXT, STATE -> column.sql().equals("text") || column.sql().equals("character varying");
            case NUMBER -> column.name().equals("int8");
            case INSTANT -> column.name().equals("timestamptz");
        };
    }

    @Override
    public String literal(Instant instant) {
        return "TIMESTAMPTZ '" + LITERAL.format(instant) + "+00'";
    }

    @Override
    public String insertNew(TableName table, List<String> columns, String rows) {
        return "INSERT INTO " + quoted(table) + " ("
                + columns.stream().map(this::quoted).collect(Collectors.joining(", ")) + ") " + rows
                + " ON CONFLICT DO NOTHING";
    }

    @Override
    public String shareLock() {
        return " FOR SHARE";
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
