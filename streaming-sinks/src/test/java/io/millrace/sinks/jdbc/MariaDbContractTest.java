package io.millrace.sinks.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

class MariaDbContractTest extends JdbcContracts {
    @Override
    Database database() {
        return MariaDb.database();
    }

    @Override
    Connection connect() throws SQLException {
        return MariaDb.server().connect();
    }

    @Override
    void execute(String... statements) {
        MariaDb.execute(statements);
    }

    @Override
    String instant() {
        return "timestamp(6) NULL";
    }

    @Override
    @Nullable Object instant(ResultSet found, int column) throws SQLException {
        LocalDateTime instant = found.getObject(column, LocalDateTime.class);
        return instant == null ? null : instant.toInstant(ZoneOffset.UTC);
    }

    @Override
    AutoCloseable outage() {
        MariaDb.execute("SET check_constraint_checks = 0", "ALTER TABLE contract ADD CONSTRAINT outage CHECK (1 = 0)");
        return () -> MariaDb.execute("ALTER TABLE contract DROP CONSTRAINT outage");
    }
}
