package io.millrace.sinks.jdbc;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.BatchSink;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.dialect.Sql;
import io.millrace.sinks.jdbc.dialect.SqlFunction;
import io.millrace.testkit.SinkContract;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;

/** Tests the guarantees of every JDBC sink on the table {@code contract} of one database. */
abstract class JdbcContracts {
    abstract Database database();

    abstract Connection connect() throws SQLException;

    abstract void execute(String... statements);

    /** The type of a point in time, with microseconds, that may be NULL. */
    abstract String instant();

    abstract @Nullable Object instant(ResultSet found, int column) throws SQLException;

    /** Makes {@code contract} refuse every row until it is closed. */
    abstract AutoCloseable outage();

    @Nested
    class Upsert extends Contract {
        Upsert() {
            super(SinkContract.Promise.UPSERT_BY_ID, table -> table.upsertOn("id"));
        }
    }

    @Nested
    class Versioned extends Contract {
        Versioned() {
            super(
                    SinkContract.Promise.UPSERT_BY_ID,
                    table -> table.upsertOn("id").versionedBy("version"));
        }
    }

    @Nested
    class InsertOnly extends Contract {
        InsertOnly() {
            super(SinkContract.Promise.INSERT_BY_ID, table -> table.insertOnlyOn("id"));
        }
    }

    /** A known key gets none of the columns that the contract inspects. */
    @Nested
    class Updating extends Contract {
        Updating() {
            super(
                    SinkContract.Promise.INSERT_BY_ID,
                    table -> table.upsertOn("id").updating("latest"));
        }

        @Override
        Dataset<Row> shaped(Dataset<Row> rows) {
            return rows.withColumn("latest", col("version"));
        }

        @Override
        String moreColumns() {
            return ", latest bigint";
        }
    }

    /** Each row has a shadow, with its id below zero, that is deleted if the row's version is even. */
    @Nested
    class Deleting extends Contract {
        Deleting() {
            super(
                    SinkContract.Promise.UPSERT_BY_ID,
                    table -> table.upsertOn("id").deleteWhen("gone"));
        }

        @Override
        Dataset<Row> shaped(Dataset<Row> rows) {
            return rows.selectExpr("explode(array(id, -id)) AS id", "version", "name", "amount", "seen")
                    .withColumn("gone", expr("id < 0 AND version % 2 = 0"));
        }

        @Override
        protected List<Row> target() {
            assertThat(select(
                            "SELECT body.id FROM contract body LEFT JOIN contract shadow ON shadow.id = -body.id"
                                    + " WHERE body.id > 0"
                                    + " AND (shadow.version IS NULL OR shadow.version <> body.version)"
                                    + " <> (body.version % 2 = 0)",
                            found -> found.getLong(1)))
                    .as("ids with a shadow that should not exist, or without one that should")
                    .isEmpty();
            return super.target().stream().filter(row -> row.getLong(0) > 0).toList();
        }
    }

    @Nested
    class AppendExactlyOnce extends Contract {
        AppendExactlyOnce() {
            super(SinkContract.Promise.APPEND_EXACTLY_ONCE, JdbcTarget::appendExactlyOnce);
        }
    }

    @Nested
    class UpsertExactlyOnce extends Contract {
        UpsertExactlyOnce() {
            super(SinkContract.Promise.UPSERT_BY_ID, table -> table.upsertExactlyOnce("id"));
        }
    }

    abstract class Contract extends SinkContract {
        private final Promise promise;
        private final Function<JdbcTarget, BatchSink> verb;

        Contract(Promise promise, Function<JdbcTarget, BatchSink> verb) {
            this.promise = promise;
            this.verb = verb;
        }

        Dataset<Row> shaped(Dataset<Row> rows) {
            return rows;
        }

        String moreColumns() {
            return "";
        }

        @Override
        protected final Promise promise() {
            return promise;
        }

        @Override
        protected final DataStreamWriter<Row> write(Dataset<Row> rows) {
            return verb.apply(Sinks.jdbc(database()).table("contract")).write(shaped(rows));
        }

        @Override
        protected List<Row> target() {
            return select(
                    "SELECT id, version, name, amount, seen FROM contract",
                    found -> RowFactory.create(
                            found.getLong(1),
                            found.getLong(2),
                            found.getString(3),
                            found.getObject(4, Double.class),
                            instant(found, 5)));
        }

        @Override
        protected final void reset() {
            String key = promise == Promise.APPEND_EXACTLY_ONCE ? "" : " PRIMARY KEY";
            execute(
                    "DROP TABLE IF EXISTS contract, millrace_fence, millrace_ledger",
                    "CREATE TABLE contract (id bigint" + key
                            + ", version bigint, name text, amount double precision, seen " + instant()
                            + moreColumns() + ")");
        }

        @Override
        protected final AutoCloseable outage() {
            return JdbcContracts.this.outage();
        }

        final <T> List<T> select(String query, SqlFunction<ResultSet, T> reader) {
            try (Connection connection = connect()) {
                return Sql.rows(connection, query, reader);
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        }
    }
}
