package io.millrace.sinks.jdbc;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.millrace.core.BatchSink;
import io.millrace.core.Sink;
import io.millrace.core.Transform;
import io.millrace.core.Transforms;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.dialect.Sql;
import io.millrace.sinks.jdbc.dialect.SqlFunction;
import io.millrace.testkit.SinkContract;
import io.millrace.testkit.TargetFaults;
import io.millrace.testkit.TargetLimit;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;

/** Tests the guarantees of every JDBC sink on the table {@code contract} of one database. */
abstract class JdbcContracts {
    private static final String OTHERS = "contract_of_others";

    abstract Database database();

    abstract Connection connect() throws SQLException;

    abstract void execute(String... statements);

    /** The type of a point in time, with microseconds, that may be NULL. */
    abstract String instant();

    /** The column {@code seen} in a query. */
    String seen() {
        return "seen";
    }

    abstract @Nullable Object instant(ResultSet found, int column) throws SQLException;

    /** The type of a text. */
    abstract String text();

    abstract TargetFaults faults();

    /** The database, whose connections go through {@code faults}. */
    abstract Database through(TargetFaults faults);

    abstract Set<TargetLimit> limits();

    /** Makes {@code contract} refuse every row until it is closed. */
    abstract AutoCloseable outage();

    @Nested
    class Upsert extends Contract {
        Upsert() {
            super(SinkContract.Promise.UPSERT, table -> table.upsertOn("id"));
        }
    }

    @Nested
    class Versioned extends Contract {
        Versioned() {
            super(SinkContract.Promise.UPSERT, table -> table.upsertOn("id").versionedBy("version"));
        }
    }

    @Nested
    class InsertOnly extends Contract {
        InsertOnly() {
            super(SinkContract.Promise.INSERT, table -> table.insertOnlyOn("id"));
        }
    }

    /** A known key gets none of the columns that the contract inspects. */
    @Nested
    class Updating extends Contract {
        Updating() {
            super(SinkContract.Promise.INSERT, table -> table.upsertOn("id").updating("latest"));
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

    @Nested
    class Deleting extends Contract {
        Deleting() {
            super(SinkContract.Promise.UPSERT, table -> table.upsertOn("id").deleteWhen("deleted"));
        }

        @Override
        protected StructType columns() {
            return COLUMNS.add("deleted", "BOOLEAN", false);
        }
    }

    @Nested
    class CompositeKey extends Contract {
        CompositeKey() {
            super(SinkContract.Promise.UPSERT, table -> table.upsertOn("id", "area"));
        }

        @Override
        protected StructType columns() {
            return COLUMNS.add("area", "INT", false);
        }

        @Override
        protected List<String> keys() {
            return List.of("id", "area");
        }

        @Override
        String moreColumns() {
            return ", area int";
        }

        @Override
        String key() {
            return ", PRIMARY KEY (id, area)";
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
            super(SinkContract.Promise.UPSERT, table -> table.upsertExactlyOnce("id"));
        }
    }

    /** Branches on one read, into two tables. */
    @Nested
    class BranchesUpsert extends Branches {
        BranchesUpsert() {
            super(SinkContract.Promise.UPSERT, table -> table.upsertOn("id"));
        }
    }

    /** Branches on one read, into two tables. */
    @Nested
    class BranchesExactlyOnce extends Branches {
        BranchesExactlyOnce() {
            super(SinkContract.Promise.APPEND_EXACTLY_ONCE, JdbcTarget::appendExactlyOnce);
        }
    }

    /** Even ids go to {@code contract}, the others to {@code contract_of_others}. */
    abstract class Branches extends Contract {
        Branches(Promise promise, Function<JdbcTarget, BatchSink> verb) {
            super(
                    promise,
                    table -> Sinks.several("even", Transforms.where("id % 2 = 0"), verb.apply(table))
                            .and("others", Transforms.where("id % 2 <> 0"), verb.apply(table.table(OTHERS))));
        }

        @Override
        List<String> tables() {
            return List.of("contract", OTHERS);
        }
    }

    @Nested
    class RoutedUpsertExactlyOnce extends Routed {
        RoutedUpsertExactlyOnce() {
            super(SinkContract.Promise.UPSERT, table -> table.upsertExactlyOnce("id"));
        }
    }

    /** Even keys go into one table and odd ones into another. */
    abstract class Routed extends Contract {
        Routed(SinkContract.Promise promise, Function<JdbcTarget, BatchSink> verb) {
            super(promise, table -> {
                Transform steps = Transforms.drop("side");
                return Sinks.jdbc(table.database())
                        .tableFrom(
                                "side",
                                Map.of(
                                        "0",
                                        verb.apply(table).after(steps),
                                        "1",
                                        verb.apply(table.table(OTHERS)).after(steps)));
            });
        }

        @Override
        Dataset<Row> shaped(Dataset<Row> rows) {
            return rows.withColumn("side", expr("cast(abs(id % 2) AS int)"));
        }

        @Override
        List<String> tables() {
            return List.of("contract", OTHERS);
        }
    }

    abstract class Contract extends SinkContract {
        private final Promise promise;
        private final Function<JdbcTarget, ? extends Sink> verb;

        Contract(Promise promise, Function<JdbcTarget, ? extends Sink> verb) {
            this.promise = promise;
            this.verb = verb;
        }

        Dataset<Row> shaped(Dataset<Row> rows) {
            return rows;
        }

        String moreColumns() {
            return "";
        }

        List<String> tables() {
            return List.of("contract");
        }

        @Override
        protected final Promise promise() {
            return promise;
        }

        @Override
        protected final DataStreamWriter<Row> write(Dataset<Row> rows) {
            return verb.apply(Sinks.jdbc(through(faults())).table("contract")).write(shaped(rows));
        }

        @Override
        protected List<Row> target() {
            return tables().stream().flatMap(table -> rows(table).stream()).toList();
        }

        private List<Row> rows(String table) {
            boolean hasArea = keys().contains("area");
            return select(
                    "SELECT id, version, name, amount, " + seen() + (hasArea ? ", area" : "") + " FROM " + table,
                    found -> {
                        List<@Nullable Object> values = new ArrayList<>(Arrays.asList(
                                found.getLong(1),
                                found.getLong(2),
                                found.getString(3),
                                found.getObject(4, Double.class),
                                instant(found, 5)));
                        if (hasArea) {
                            values.add(found.getInt(6));
                        }
                        return RowFactory.create(values.toArray());
                    });
        }

        @Override
        protected final void reset() {
            execute("DROP TABLE IF EXISTS " + String.join(", ", tables()) + ", millrace_fence, millrace_ledger");
            tables().forEach(table -> execute("CREATE TABLE " + table + " (id bigint, version bigint, name " + text()
                    + ", amount double precision, seen " + instant() + moreColumns() + key() + ")"));
        }

        String key() {
            return promise == Promise.APPEND_EXACTLY_ONCE ? "" : ", PRIMARY KEY (id)";
        }

        @Override
        protected final AutoCloseable outage() {
            return JdbcContracts.this.outage();
        }

        @Override
        protected final TargetFaults faults() {
            return JdbcContracts.this.faults();
        }

        @Override
        protected final Set<TargetLimit> limits() {
            return JdbcContracts.this.limits();
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
