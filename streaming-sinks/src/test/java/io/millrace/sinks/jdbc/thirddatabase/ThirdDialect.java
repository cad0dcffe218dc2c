package io.millrace.sinks.jdbc.thirddatabase;

import io.millrace.sinks.jdbc.dialect.AuxiliaryType;
import io.millrace.sinks.jdbc.dialect.Catalog;
import io.millrace.sinks.jdbc.dialect.ColumnType;
import io.millrace.sinks.jdbc.dialect.ConnectionSettings;
import io.millrace.sinks.jdbc.dialect.Dialect;
import io.millrace.sinks.jdbc.dialect.ExactlyOnceSql;
import io.millrace.sinks.jdbc.dialect.Flaw;
import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import io.millrace.sinks.jdbc.dialect.Reconnect;
import io.millrace.sinks.jdbc.dialect.SqlFaults;
import io.millrace.sinks.jdbc.dialect.TableColumn;
import io.millrace.sinks.jdbc.dialect.TableName;
import io.millrace.sinks.jdbc.dialect.UpsertSpec;
import io.millrace.sinks.jdbc.dialect.UpsertSql;
import io.millrace.sinks.jdbc.postgres.PostgresDialect;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.types.DataType;

/**
 * A database that only the tests know. It has its own driver and upserts, and delegates everything else to PostgreSQL.
 * Loaded as a service.
 */
public record ThirdDialect() implements Dialect {
    private static final Dialect SERVER = new PostgresDialect();

    @Override
    public String product() {
        return SERVER.product();
    }

    @Override
    public String urlPrefix() {
        return ThirdDriver.PREFIX;
    }

    @Override
    public String driver() {
        return ThirdDriver.class.getName();
    }

    @Override
    public String driverArtifact() {
        return "these tests";
    }

    @Override
    public Properties properties(ConnectionSettings settings) {
        Properties properties = new Properties();
        properties.setProperty(
                "connectTimeout", Long.toString(settings.connectTimeout().toSeconds()));
        return properties;
    }

    @Override
    public String sessionSettings(ConnectionSettings settings) {
        return "SET statement_timeout = " + settings.statementTimeout().toMillis();
    }

    @Override
    public Catalog catalog(Connection connection) {
        return SERVER.catalog(connection);
    }

    @Override
    public SqlFaults faults() {
        return SERVER.faults();
    }

    @Override
    public boolean upsertsFromStage() {
        return false;
    }

    @Override
    public boolean takes(DataType stream, ColumnType column) {
        return SERVER.takes(stream, column);
    }

    @Override
    public Optional<String> columnDefinition(DataType stream, int keys) {
        return SERVER.columnDefinition(stream, keys);
    }

    @Override
    public Optional<UnaryOperator<Object>> keyForm(PlannedColumn key) {
        return SERVER.keyForm(key);
    }

    @Override
    public UpsertSql upsert(TableName table, UpsertSpec spec, List<PlannedColumn> columns) {
        return ThirdUpsertSql.of(quoted(table), spec, columns);
    }

    @Override
    public ExactlyOnceSql exactlyOnce(TableName table, List<PlannedColumn> columns) {
        return SERVER.exactlyOnce(table, columns);
    }

    @Override
    public String sql(AuxiliaryType type) {
        return SERVER.sql(type);
    }

    @Override
    public boolean holds(AuxiliaryType type, ColumnType column) {
        return SERVER.holds(type, column);
    }

    @Override
    public Optional<Flaw> flaw(Connection connection, Reconnect reconnect) throws SQLException {
        return SERVER.flaw(connection, reconnect);
    }

    @Override
    public String insertNew(TableName table, List<String> columns, String rows) {
        return SERVER.insertNew(table, columns, rows);
    }

    @Override
    public String shareLock() {
        return SERVER.shareLock();
    }

    @Override
    public Optional<String> nameFlaw(String name) {
        return SERVER.nameFlaw(name);
    }

    @Override
    public String quoted(String name) {
        return SERVER.quoted(name);
    }

    @Override
    public String makeNotNull(TableName table, TableColumn column) {
        return SERVER.makeNotNull(table, column);
    }

    @Override
    public String makeUnique(TableName table, List<String> columns) {
        return SERVER.makeUnique(table, columns);
    }
}
