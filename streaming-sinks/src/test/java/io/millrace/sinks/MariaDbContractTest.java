package io.millrace.sinks;

import io.millrace.testkit.SinkContract;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.junit.jupiter.api.Nested;

class MariaDbContractTest {
    @Nested
    class Upsert extends Contract {
        Upsert() {
            super(Promise.UPSERT_BY_ID);
        }

        @Override
        protected DataStreamWriter<Row> write(Dataset<Row> rows) {
            return table().upsertOn("id").write(rows);
        }
    }

    @Nested
    class Versioned extends Contract {
        Versioned() {
            super(Promise.UPSERT_BY_ID);
        }

        @Override
        protected DataStreamWriter<Row> write(Dataset<Row> rows) {
            return table().upsertOn("id").versionedBy("version").write(rows);
        }
    }

    @Nested
    class UpsertExactlyOnce extends Contract {
        UpsertExactlyOnce() {
            super(Promise.UPSERT_BY_ID);
        }

        @Override
        protected DataStreamWriter<Row> write(Dataset<Row> rows) {
            return table().upsertExactlyOnce("id").write(rows);
        }
    }

    @Nested
    class AppendExactlyOnce extends Contract {
        AppendExactlyOnce() {
            super(Promise.APPEND_EXACTLY_ONCE);
        }

        @Override
        protected DataStreamWriter<Row> write(Dataset<Row> rows) {
            return table().appendExactlyOnce().write(rows);
        }
    }

    abstract static class Contract extends SinkContract {
        private final Promise promise;

        Contract(Promise promise) {
            this.promise = promise;
        }

        static JdbcTarget table() {
            return Sinks.jdbc(MariaDb.database()).table("contract");
        }

        @Override
        protected Promise promise() {
            return promise;
        }

        @Override
        protected List<Row> target() {
            try (Connection connection = MariaDb.server().connect();
                    Statement statement = connection.createStatement();
                    ResultSet found = statement.executeQuery("SELECT id, version, name, amount, seen FROM contract")) {
                List<Row> rows = new ArrayList<>();
                while (found.next()) {
                    LocalDateTime seen = found.getObject(5, LocalDateTime.class);
                    rows.add(RowFactory.create(
                            found.getLong(1),
                            found.getLong(2),
                            found.getString(3),
                            found.getObject(4, Double.class),
                            seen == null ? null : seen.toInstant(ZoneOffset.UTC)));
                }
                return rows;
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        protected void reset() {
            String key = promise == Promise.UPSERT_BY_ID ? " PRIMARY KEY" : "";
            MariaDb.execute(
                    "DROP TABLE IF EXISTS contract, millrace_fence, millrace_ledger",
                    "CREATE TABLE contract (id bigint" + key + ", version bigint, name text, amount double,"
                            + " seen timestamp(6) NULL)");
        }

        @Override
        protected AutoCloseable outage() {
            MariaDb.execute(
                    "SET check_constraint_checks = 0", "ALTER TABLE contract ADD CONSTRAINT outage CHECK (1 = 0)");
            return () -> MariaDb.execute("ALTER TABLE contract DROP CONSTRAINT outage");
        }
    }
}
