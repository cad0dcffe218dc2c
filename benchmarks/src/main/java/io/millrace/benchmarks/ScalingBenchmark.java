package io.millrace.benchmarks;

import static io.millrace.benchmarks.WriteRates.APPEND;
import static io.millrace.benchmarks.WriteRates.INSERT;
import static io.millrace.benchmarks.WriteRates.UPDATE;

import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.JdbcTarget;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;

/**
 * Measures 1, 2, 4 and 8 tasks that write a micro-batch to one PostgreSQL server: rows a second, and the CPU time that
 * a row costs the server and this JVM. Once they use all cores together, more tasks cannot help.
 */
final class ScalingBenchmark implements Benchmark {
    private static final List<Integer> TASKS = List.of(1, 2, 4, 8);
    private static final String UPSERT = "upsertOn";
    private static final String UPSERT_EXACTLY_ONCE = "upsertExactlyOnce";
    private static final String APPEND_EXACTLY_ONCE = "appendExactlyOnce";

    @Override
    public String run(Scale scale) throws Exception {
        int rounds = scale.of(3, 0);
        int rows = scale.of(400_000, 200);
        try (SparkSession spark = JobBenchmark.session("local[" + Collections.max(TASKS) + "]");
                PostgresTable database = new PostgresTable()) {
            System.out.printf(
                    Locale.ROOT,
                    "Spark %s, %s; %d cores for both; %,d rows in a batch, %d rounds after one to warm up%n",
                    spark.version(),
                    database.version(),
                    Runtime.getRuntime().availableProcessors(),
                    rows,
                    rounds);
            CostTable table = new CostTable("sink", "rows", "tasks");
            for (int round = 0; round <= rounds; round++) {
                table = round <= 1 ? new CostTable("sink", "rows", "tasks") : table;
                Writes writes = new Writes(spark, database, table, rows);
                for (int tasks : TASKS) {
                    writes.upserts(UPSERT, tasks);
                }
                for (int tasks : TASKS) {
                    writes.upserts(UPSERT_EXACTLY_ONCE, tasks);
                }
                for (int tasks : TASKS) {
                    writes.append(tasks);
                }
            }
            table.print();
            return "scaling.upsert_4_tasks_vs_1=" + fourToOne(table, UPSERT, UPDATE)
                    + " scaling.exactly_once_upsert_4_tasks_vs_1=" + fourToOne(table, UPSERT_EXACTLY_ONCE, UPDATE)
                    + " scaling.exactly_once_append_4_tasks_vs_1=" + fourToOne(table, APPEND_EXACTLY_ONCE, APPEND)
                    + " scaling.upsert_server_share=" + serverShare(table, UPSERT, UPDATE);
        }
    }

    private static String fourToOne(CostTable table, String sink, String rows) {
        return CpuTable.ratio(table.rate(sink, rows, "4") / table.rate(sink, rows, "1"));
    }

    /** Returns the part of the CPU time of four tasks that the server has used. */
    private static String serverShare(CostTable table, String sink, String rows) {
        double server = table.serverMicrosOfRow(sink, rows, "4");
        return CpuTable.ratio(server / (server + table.sparkMicrosOfRow(sink, rows, "4")));
    }

    private record Writes(SparkSession spark, PostgresTable database, CostTable table, int rows) {
        void upserts(String sink, int tasks) throws Exception {
            JdbcTarget target = target(tasks);
            JdbcWriter writer = sink.equals(UPSERT)
                    ? batch -> target.upsertOn("id").write(batch)
                    : batch ->
                            target.upsertExactlyOnce("id").allowNewCheckpoint().write(batch);
            database.recreate(true);
            measure(sink, INSERT, tasks, writer.write(JdbcRows.inserts(spark, rows, tasks)));
            database.flush();
            measure(sink, UPDATE, tasks, writer.write(JdbcRows.updates(spark, rows, tasks)));
        }

        void append(int tasks) throws Exception {
            database.recreate(false);
            measure(
                    APPEND_EXACTLY_ONCE,
                    APPEND,
                    tasks,
                    target(tasks).appendExactlyOnce().write(JdbcRows.inserts(spark, rows, tasks)));
        }

        private JdbcTarget target(int tasks) {
            return Sinks.jdbc(database.database().connections(2 * tasks)).table("bench");
        }

        private void measure(String sink, String work, int tasks, DataStreamWriter<Row> batch) throws Exception {
            long server = database.pid();
            CpuTime before = CpuTime.ofJvm(server);
            double seconds = MicroBatch.nanoseconds(batch, rows) / 1e9;
            table.add(CpuTime.ofJvm(server).since(before, rows, seconds), sink, work, Integer.toString(tasks));
            database.requireRows(rows);
        }
    }
}
