package io.millrace.sinks.jdbc.mariadb;

import io.millrace.core.Problem;
import io.millrace.sinks.jdbc.dialect.AuxiliaryType;
import io.millrace.sinks.jdbc.dialect.Catalog;
import io.millrace.sinks.jdbc.dialect.ColumnType;
import io.millrace.sinks.jdbc.dialect.ConnectionSettings;
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
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.DataType;

/**
 * The dialect of MariaDB: rows are sent by INSERT of many rows each, and merged by ON DUPLICATE KEY UPDATE. An
 * exactly-once batch cannot keep its refused rows: staging tables have the columns' own types, which refuse them.
 */
public record MariaDbDialect() implements Dialect {
    private static final int LONGEST_NAME = 64;

    @Override
    public String product() {
        return "MariaDB";
    }

    @Override
    public String urlPrefix() {
        return "jdbc:mariadb:";
    }

    @Override
    public String driver() {
        return MariaDbLogin.quietDriver();
    }

    @Override
    public String driverArtifact() {
        return "org.mariadb.jdbc:mariadb-java-client";
    }

    @Override
    public Properties properties(ConnectionSettings settings) {
        return MariaDbLogin.properties(settings);
    }

    @Override
    public String sessionSettings(ConnectionSettings settings) {
        return MariaDbLogin.sessionSettings(settings);
    }

    @Override
    public Catalog catalog(Connection connection) {
        return new MariaDbCatalog(connection);
    }

    @Override
    public SqlFaults faults() {
        return MariaDbFaults.ALL;
    }

    /** Only keys that Java cannot compare need one; the check of the key requires the right. */
    @Override
    public boolean upsertsFromStage() {
        return false;
    }

    @Override
    public Optional<String> columnDefinition(DataType stream, int keys) {
        return MariaDbColumnTypes.definition(stream, keys);
    }

    @Override
    public boolean takes(DataType stream, ColumnType column) {
        return MariaDbCodecs.between(stream, column).isPresent();
    }

    @Override
    public List<Problem> problems(KeyRequirement requirement, TableShape table) {
        return MariaDbKeyCheck.problems(requirement, table);
    }

    @Override
    public Optional<UnaryOperator<Object>> keyForm(PlannedColumn key) {
        return MariaDbKeyForms.of(key.type());
    }

    @Override
    public boolean asks(DataType stream, ColumnType column) {
        return MariaDbLookupType.of(stream, column).isPresent();
    }

    @Override
    public LookupSql lookup(TableName table, List<LookupKey> keys, List<String> columns) {
        return MariaDbLookupSql.of(table, keys, columns);
    }

    /** Spark 3.5 knows MySQL alone. */
    @Override
    public String sparkUrl() {
        return "jdbc:mysql:";
    }

    @Override
    public UpsertSql upsert(TableName table, UpsertSpec spec, List<PlannedColumn> columns) {
        return MariaDbUpsertSql.of(table, spec, columns);
    }

    @Override
    public ExactlyOnceSql exactlyOnce(TableName table, List<PlannedColumn> columns) {
        return new MariaDbExactlyOnceSql(table, columns);
    }

    @Override
    public String sql(AuxiliaryType type) {
        return switch (type) {
            case KEY -> "varchar(130) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";
            case TEXT, STATE -> "longtext CHARACTER SET utf8mb4";
            case NUMBER -> "bigint";
            case INSTANT -> "timestamp";
        };
    }

    @Override
    public boolean holds(AuxiliaryType type, ColumnType column) {
        return switch (type) {
            case KEY ->
                column.sql().equals("varchar(130)")
                        && String.valueOf(column.collation()).endsWith("_bin");
            case TEXT, STATE -> column.name().equals("longtext");
            case NUMBER -> column.name().equals("bigint");
            case INSTANT -> column.name().equals("timestamp");
        };
    }

    @Override
    public String create(TableName table, String columns) {
        return Dialect.super.create(table, columns) + " ENGINE = InnoDB";
    }

    @Override
    public String insertNew(TableName table, List<String> columns, String rows) {
        return "INSERT IGNORE INTO " + quoted(table) + " ("
                + columns.stream().map(this::quoted).collect(Collectors.joining(", ")) + ") " + rows;
    }

    @Override
    public String shareLock() {
        return " LOCK IN SHARE MODE";
    }

    @Override
    public Optional<Flaw> flaw(Connection connection, Reconnect reconnect) throws SQLException {
        return MariaDbServer.flaw(connection);
    }

    @Override
    public Optional<String> nameFlaw(String name) {
        int length = name.codePointCount(0, name.length());
        if (length > LONGEST_NAME) {
            return Optional.of("the name has " + length + " characters, and MariaDB allows " + LONGEST_NAME
                    + ". Use a shorter one");
        }
        if (length < name.length()) {
            return Optional.of("MariaDB does not allow characters beyond U+FFFF in a name. Use others");
        }
        return name.endsWith(" ")
                ? Optional.of("MariaDB does not allow a blank at the end of a name")
                : Optional.empty();
    }

    @Override
    public String quoted(String name) {
        return MariaDbNames.quoted(name);
    }

    @Override
    public String makeNotNull(TableName table, TableColumn column) {
        return "ALTER TABLE " + quoted(table) + " MODIFY " + quoted(column.name()) + " "
                + column.type().sql() + " NOT NULL";
    }

    @Override
    public String makeUnique(TableName table, List<String> columns) {
        return "ALTER TABLE " + quoted(table) + " ADD UNIQUE ("
                + columns.stream().map(this::quoted).collect(Collectors.joining(", ")) + ")";
    }
}
