package io.millrace.sinks;

import io.millrace.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

class JdbcContractTest extends JdbcContracts {
    @Override
    Database database() {
        return Server.database();
    }

    @Override
    Connection connect() throws SQLException {
        return TestPostgres.shared().connect();
    }

    @Override
    void execute(String... statements) {
        Server.execute(statements);
    }

    @Override
    String instant() {
        return "timestamptz";
    }

    @Override
    @Nullable Object instant(ResultSet found, int column) throws SQLException {
        return found.getTimestamp(column);
    }

    @Override
    AutoCloseable outage() {
        Server.execute("ALTER TABLE contract ADD CONSTRAINT outage CHECK (false) NOT VALID");
        return () -> Server.execute("ALTER TABLE contract DROP CONSTRAINT outage");
    }
}
