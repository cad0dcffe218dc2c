package io.millrace.sinks;

import io.millrace.testkit.SinkContract;
import io.millrace.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** The promises of a JDBC sink, on the table {@code contract}. */
abstract class JdbcContract extends SinkContract {
    static final JdbcTarget TARGET = Sinks.jdbc(Server.database()).table("contract");

    abstract String key();

    @Override
    protected List<Row> target() {
        try (Connection connection = TestPostgres.shared().connect();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT id, version, name, amount, seen FROM contract")) {
            List<Row> rows = new ArrayList<>();
            while (found.next()) {
                rows.add(RowFactory.create(
                        found.getLong(1),
                        found.getLong(2),
                        found.getString(3),
                        found.getObject(4, Double.class),
                        found.getTimestamp(5)));
            }
            return rows;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected void reset() {
        Server.execute(
                "DROP TABLE IF EXISTS contract, millrace_fence, millrace_ledger",
                "CREATE TABLE contract (id bigint" + key() + ", version bigint, name text, amount float8,"
                        + " seen timestamptz)");
    }

    @Override
    protected AutoCloseable outage() {
        Server.execute("ALTER TABLE contract ADD CONSTRAINT outage CHECK (false) NOT VALID");
        return () -> Server.execute("ALTER TABLE contract DROP CONSTRAINT outage");
    }
}
