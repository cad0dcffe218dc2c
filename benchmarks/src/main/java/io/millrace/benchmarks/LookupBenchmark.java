package io.millrace.benchmarks;

import static org.apache.spark.sql.functions.broadcast;

import io.millrace.sinks.Lookups;
import io.millrace.sinks.jdbc.JdbcLookup;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Measures how fast the rows of a batch get two columns of a table of PostgreSQL, by few keys and by as many as there
 * are rows. Compares look-ups, whose caches are empty at first, with one query for each row, and with a broadcast join
 * that reads the table.
 */
final class LookupBenchmark implements Benchmark {
    private static final String LOOKUP = "look-up";
    private static final String WHOLE = "look-up, wholeTable()";
    private static final String QUERIES = "one query for each row";
    private static final String JOIN = "broadcast join";
    private static final List<String> CONTENDERS = List.of(LOOKUP, WHOLE, QUERIES, JOIN);
    private static final int TASKS = 2;

    /** Longer than a run. */
    private static final Duration KEPT = Duration.ofSeconds(30);

    /** Of the contender that takes too long for all rows. */
    private static final int FEWER_ROWS = 50;

    private long runs;

    @Override
    public String run(Scale scale) throws Exception {
        int rows = scale.of(1_000_000, 200);
        int few = scale.of(100, 10);
        int rounds = scale.of(3, 1); // after one to warm up
        try (SparkSession spark = JobBenchmark.session("local[" + TASKS + "]");
                PostgresTable postgres = new PostgresTable()) {
            postgres.execute(
                    "CREATE TABLE customers (id bigint PRIMARY KEY, segment text, country text, name text)",
                    "INSERT INTO customers SELECT n, 'segment ' || n % 7, 'country ' || n % 100, 'customer ' || n"
                            + " FROM generate_series(0, " + (rows - 1) + ") n",
                    "VACUUM ANALYZE customers");
            System.out.printf(
                    Locale.ROOT,
                    "Spark %s, %s, a table of %,d rows, %,d rows of %d tasks (%s: %,d), %d rounds after one to warm"
                            + " up%n",
                    spark.version(),
                    postgres.version(),
                    rows,
                    rows,
                    TASKS,
                    QUERIES,
                    rows / FEWER_ROWS,
                    rounds);
            RateTable table = new RateTable();
            for (int round = 0; round <= rounds; round++) {
                if (round == 1) {
                    table.clear();
                }
                List<String> names = new ArrayList<>(CONTENDERS);
                Collections.rotate(names, round);
                for (String name : names) {
                    measure(spark, postgres, table, name, rows, few);
                    measure(spark, postgres, table, name, rows, rows);
                }
            }
            table.print();
            return "lookup.few_keys_vs_queries=" + ratio(table, few, QUERIES) + " lookup.many_keys_vs_queries="
                    + ratio(table, rows, QUERIES) + " lookup.few_keys_vs_join=" + ratio(table, few, JOIN)
                    + " lookup.many_keys_vs_join=" + ratio(table, rows, JOIN);
        }
    }

    private void measure(SparkSession spark, PostgresTable postgres, RateTable table, String name, int rows, int keys) {
        int measured = name.equals(QUERIES) ? rows / FEWER_ROWS : rows;
        // Each key comes as often as the others, in no order of the table: 7,919 is a prime.
        Dataset<Row> batch = spark.range(0, measured, 1, TASKS)
                .selectExpr("id AS row", "id * 7919 % " + keys + " AS id", "concat('payload ', id) AS payload");
        long start = System.nanoTime();
        Dataset<Row> found = found(postgres, name, batch);
        Row sums = found.selectExpr("count(*)", "count(segment)", "count(country)", "sum(length(payload))")
                .head();
        table.add(job(keys), name, measured, System.nanoTime() - start);
        if (sums.getLong(0) != measured || sums.getLong(1) != measured || sums.getLong(2) != measured) {
            throw new IllegalStateException(name + " found " + sums + " of " + measured);
        }
    }

    private Dataset<Row> found(PostgresTable postgres, String name, Dataset<Row> batch) {
        return switch (name) {
            case LOOKUP -> lookup(postgres).apply(batch);
            case WHOLE ->
                lookup(postgres)
                        .cacheAtMost(2_000_000)
                        .wholeTable()
                        .refreshedEvery(KEPT)
                        .apply(batch);
            case QUERIES -> byHand(postgres, batch);
            default ->
                batch.join(
                        broadcast(batch.sparkSession()
                                .read()
                                .jdbc(postgres.url(), "customers", postgres.login())
                                .select("id", "segment", "country")),
                        new String[] {"id"},
                        "left");
        };
    }

    private JdbcLookup lookup(PostgresTable postgres) {
        // Another value shares no cache with those before it, whose rows go when their time is over.
        return Lookups.jdbc(postgres.database())
                .table("customers")
                .key("id")
                .columns("segment", "country")
                .cachedFor(KEPT)
                .missesCachedFor(KEPT)
                .retryFor(Duration.ofSeconds(60 + runs++));
    }

    private static Dataset<Row> byHand(PostgresTable postgres, Dataset<Row> batch) {
        String url = postgres.url();
        Properties login = postgres.login();
        StructType columns = batch.schema().add("segment", "string").add("country", "string");
        return batch.mapPartitions(
                (MapPartitionsFunction<Row, Row>) rows -> new RowByRow(url, login, rows), Encoders.row(columns));
    }

    private static String ratio(RateTable table, int keys, String other) {
        return table.ratio(job(keys), LOOKUP, table.median(job(keys), other));
    }

    private static String job(int keys) {
        return String.format(Locale.ROOT, "%,d keys", keys);
    }

    /** A query for each row, with one statement for all of a task. */
    private static final class RowByRow implements Iterator<Row> {
        private final Iterator<Row> rows;
        private final Connection connection;
        private final PreparedStatement query;

        RowByRow(String url, Properties login, Iterator<Row> rows) throws SQLException {
            this.rows = rows;
            this.connection = DriverManager.getConnection(url, login);
            this.query = connection.prepareStatement("SELECT segment, country FROM customers WHERE id = ?");
        }

        @Override
        public boolean hasNext() {
            if (rows.hasNext()) {
                return true;
            }
            try {
                connection.close();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            return false;
        }

        @Override
        public Row next() {
            Row row = rows.next();
            try {
                query.setLong(1, row.getLong(1));
                try (ResultSet found = query.executeQuery()) {
                    boolean isFound = found.next();
                    return RowFactory.create(
                            row.get(0),
                            row.get(1),
                            row.get(2),
                            isFound ? found.getString(1) : null,
                            isFound ? found.getString(2) : null);
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
