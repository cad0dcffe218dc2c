package io.millrace.core;

import static org.apache.spark.sql.functions.to_json;

import java.io.OutputStream;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import scala.Console;

/** One plan in one output mode, under one trigger and into one sink. */
record MatrixCell(String plan, String mode, String trigger, String sink) implements Comparable<MatrixCell> {
    private static final Set<String> TELLING_PLANS =
            Set.of("rows as they are", "count by key", "windowed count, watermark");
    private static final Set<String> TELLING_TRIGGERS = Set.of("availableNow", "continuous");
    /** The plans, analyzed once for all cells. */
    private static final Map<String, Dataset<Row>> ANALYZED = new ConcurrentHashMap<>();

    private static final Pattern ROW = Pattern.compile("(.{48}) (\\S+) +(\\S+) +(.*)");

    private static final Map<String, OutputMode> MODES = ordered(
            Map.entry("append", OutputMode.Append()),
            Map.entry("update", OutputMode.Update()),
            Map.entry("complete", OutputMode.Complete()));

    @SuppressWarnings("deprecation") // Once is in the table as long as Spark runs it.
    private static final Map<String, Trigger> TRIGGERS = ordered(
            Map.entry("every", Trigger.ProcessingTime(0)),
            Map.entry("availableNow", Trigger.AvailableNow()),
            Map.entry("once", Trigger.Once()),
            Map.entry("continuous", Trigger.Continuous(50)));

    private static final Map<String, BiFunction<Dataset<Row>, Path, DataStreamWriter<Row>>> SINKS = ordered(
            Map.entry("console", (rows, path) -> rows.writeStream().format("console")),
            Map.entry("noop", (rows, path) -> rows.writeStream().format("noop")),
            Map.entry("memory", (rows, path) -> rows.writeStream().format("memory")),
            Map.entry("foreach", (rows, path) -> rows.writeStream().foreach(new Forgetful())),
            Map.entry("foreachBatch", (rows, path) -> rows.writeStream().foreachBatch(forgetful())),
            Map.entry(
                    "parquet",
                    (rows, path) -> rows.writeStream()
                            .format("parquet")
                            .option("path", path.resolve("out").toString())),
            Map.entry("kafka", (rows, path) -> unsent(rows)));

    static List<MatrixCell> all() {
        List<MatrixCell> cells = new ArrayList<>();
        for (String plan : MatrixPlans.ALL.keySet()) {
            for (String mode : MODES.keySet()) {
                for (String trigger : TRIGGERS.keySet()) {
                    SINKS.keySet().forEach(sink -> cells.add(new MatrixCell(plan, mode, trigger, sink)));
                }
            }
        }
        return cells;
    }

    /** The table of all cells, with its headings. */
    static List<String> rows(Map<MatrixCell, Boolean> runs) {
        List<String> lines = new ArrayList<>();
        lines.add(line("plan", "mode", "trigger", SINKS.keySet()));
        for (String plan : MatrixPlans.ALL.keySet()) {
            for (String mode : MODES.keySet()) {
                for (String trigger : TRIGGERS.keySet()) {
                    List<String> marks = new ArrayList<>();
                    for (String sink : SINKS.keySet()) {
                        boolean cell = runs.getOrDefault(new MatrixCell(plan, mode, trigger, sink), false);
                        marks.add(("%-" + sink.length() + "s").formatted(cell ? "runs" : "-"));
                    }
                    lines.add(line(plan, mode, trigger, marks));
                }
            }
        }
        return lines;
    }

    private static String line(String plan, String mode, String trigger, Iterable<String> sinks) {
        return "%-48s %-9s %-13s %s"
                .formatted(plan, mode, trigger, String.join(" ", sinks))
                .stripTrailing();
    }

    /** A line of the table: whether each cell runs. */
    static Map<MatrixCell, Boolean> row(String line) {
        Matcher row = ROW.matcher(line);
        if (!row.matches()) {
            throw new IllegalArgumentException("no plan, mode, trigger and marks in: " + line);
        }
        String[] marks = row.group(4).split(" +", -1);
        Map<MatrixCell, Boolean> cells = new LinkedHashMap<>();
        int sink = 0;
        for (String name : SINKS.keySet()) {
            MatrixCell cell = new MatrixCell(row.group(1).strip(), row.group(2), row.group(3), name);
            cells.put(cell, marks[sink++].equals("runs"));
        }
        return cells;
    }

    /** Every plan once under each kind of trigger, and a few plans everywhere. */
    boolean isTelling() {
        return TELLING_PLANS.contains(plan) || (sink.equals("noop") && TELLING_TRIGGERS.contains(trigger));
    }

    boolean byValidate(Path checkpoints) {
        Dataset<Row> rows = ANALYZED.computeIfAbsent(plan + trigger.equals("continuous"), unknown -> rows(input()));
        return runs(() -> pipeline(rows, place(checkpoints)).validate(Spark.session()));
    }

    boolean bySpark(Path checkpoints) {
        // As in the thread that made the session; the console sink asserts it.
        SparkSession.setActiveSession(Spark.session());
        // The threads of the query inherit the output of the console sink.
        return (boolean) Console.withOut(OutputStream.nullOutputStream(), () -> runs(() -> run(place(checkpoints))));
    }

    @Override
    public int compareTo(MatrixCell other) {
        return toString().compareTo(other.toString());
    }

    private static Path place(Path checkpoints) {
        return checkpoints.resolve(UUID.randomUUID().toString());
    }

    private Pipeline pipeline(Dataset<Row> rows, Path place) {
        return Pipeline.named(place.getFileName().toString())
                .from(spark -> rows)
                .to(written -> get(SINKS, sink).apply(written, place))
                .outputMode(get(MODES, mode))
                .trigger(get(TRIGGERS, trigger))
                .checkpointAt(place.resolve("checkpoint").toString());
    }

    private void run(Path place) throws Exception {
        MemoryInput<Timestamp> input = input();
        Spark.feed(input, List.of(Timestamp.valueOf("2026-01-01 00:00:00")));
        StreamingQuery query = get(SINKS, sink)
                .apply(rows(input), place)
                .queryName("spark" + place.getFileName().toString().replace("-", ""))
                .outputMode(get(MODES, mode))
                .trigger(get(TRIGGERS, trigger))
                .option("checkpointLocation", place.resolve("checkpoint").toString())
                .start();
        try {
            await(query);
        } finally {
            query.stop();
        }
    }

    private void await(StreamingQuery query) throws Exception {
        if (trigger.equals("every")) {
            query.processAllAvailable();
        } else if (trigger.equals("continuous")) {
            ContinuousQueries.awaitFirstEpoch(query);
        } else {
            query.awaitTermination();
        }
    }

    private Dataset<Row> rows(MemoryInput<Timestamp> input) {
        return get(MatrixPlans.ALL, plan)
                .apply(
                        trigger.equals("continuous")
                                ? Spark.session()
                                        .readStream()
                                        .format("rate")
                                        .option("numPartitions", 1)
                                        .load()
                                        .select("timestamp")
                                        .toDF("time")
                                : input.toDF().toDF("time"));
    }

    private static MemoryInput<Timestamp> input() {
        return Spark.memory(Encoders.TIMESTAMP());
    }

    private static boolean runs(Attempt attempt) {
        try {
            attempt.run();
            return true;
        } catch (Exception e) {
            return false;
        }
    }

    /** No broker runs, and no row gets so far that it needs one. */
    private static DataStreamWriter<Row> unsent(Dataset<Row> rows) {
        return rows.select(to_json(functions.struct("*")).as("value"))
                .where("value IS NULL")
                .writeStream()
                .format("kafka")
                .option("kafka.bootstrap.servers", "localhost:1")
                .option("topic", "none");
    }

    private static VoidFunction2<Dataset<Row>, Long> forgetful() {
        return (rows, batch) -> rows.foreach(row -> {});
    }

    private static <T> T get(Map<String, T> map, String key) {
        return Optional.ofNullable(map.get(key)).orElseThrow();
    }

    @SafeVarargs
    private static <T> Map<String, T> ordered(Map.Entry<String, T>... entries) {
        Map<String, T> map = new LinkedHashMap<>();
        for (Map.Entry<String, T> entry : entries) {
            map.put(entry.getKey(), entry.getValue());
        }
        return map;
    }

    @FunctionalInterface
    private interface Attempt {
        void run() throws Exception;
    }

    private static final class Forgetful extends ForeachWriter<Row> {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean open(long partition, long epoch) {
            return true;
        }

        @Override
        public void process(Row row) {
            // Nothing is kept.
        }

        @Override
        public void close(Throwable error) {
            // Nothing is open.
        }
    }
}
