package io.millrace.benchmarks;

import com.github.freva.asciitable.AsciiTable;
import io.millrace.core.internal.spark.CheckpointManager;
import io.millrace.testkit.servers.TestKafka;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryProgress;
import org.apache.spark.sql.streaming.Trigger;

/**
 * Measures the fixed cost of a micro-batch: the whole job with 400 hits in each batch, by the parts that Spark reports.
 */
final class BatchBenchmark implements Benchmark {
    private static final String TOPIC = "hits";
    private static final String OURS = "Millrace";
    private static final String GOOD = "by hand";
    private static final String GOOD_WITHOUT_FORKS = "by hand, without forks";
    private static final List<String> CONTENDERS = List.of(OURS, GOOD, GOOD_WITHOUT_FORKS);
    private static final String WHOLE = "triggerExecution";
    private static final List<String> PARTS =
            List.of(WHOLE, "addBatch", "queryPlanning", "latestOffset", "walCommit", "commitOffsets");

    private final Map<String, List<Map<String, Long>>> batches = new LinkedHashMap<>();

    @Override
    public String run(Scale scale) throws Exception {
        int rowsPerBatch = scale.of(400, 40);
        int count = scale.of(60, 2);
        int rounds = scale.of(3, 0);
        try (SparkSession spark = JobBenchmark.session("local[2]");
                TestKafka kafka = TestKafka.start();
                HitTables tables = new HitTables()) {
            Hits.ofJob().send(kafka, TOPIC, (long) count * rowsPerBatch);
            System.out.printf(
                    Locale.ROOT,
                    "Spark %s, %d batches of %d hits, %d rounds after one to warm up%n",
                    spark.version(),
                    count,
                    rowsPerBatch,
                    rounds);
            for (int round = 0; round <= rounds; round++) {
                if (round <= 1) {
                    batches.clear();
                }
                List<String> names = new ArrayList<>(CONTENDERS);
                Collections.rotate(names, round - 1);
                for (String name : names) {
                    tables.recreate();
                    StreamingQuery query =
                            job(kafka, tables, name, rowsPerBatch).start(spark, Files.createTempDirectory("batch"));
                    query.awaitTermination();
                    add(name, query);
                    tables.requireCounts(Hits.ofJob().counts((long) count * rowsPerBatch));
                }
            }
        }
        System.out.println(
                AsciiTable.getTable(headers(), PARTS.stream().map(this::cells).toArray(Object[][]::new)));
        return "batch.ms=" + median(OURS, WHOLE)
                + " batch.vs_good=" + ratio(GOOD)
                + " batch.vs_good_without_forks=" + ratio(GOOD_WITHOUT_FORKS);
    }

    private static JobRun.Job job(TestKafka kafka, HitTables tables, String name, int rowsPerBatch) {
        if (name.equals(OURS)) {
            return (spark, checkpoint) -> HitPipelines.asItComes(
                    new HitPipelines(tables)
                            .counts(
                                    HitPipelines.source(kafka.bootstrapServers(), TOPIC)
                                            .maxOffsetsPerTrigger(rowsPerBatch),
                                    checkpoint),
                    spark);
        }
        return (spark, checkpoint) -> {
            SparkSession own = spark.newSession();
            if (name.equals(GOOD_WITHOUT_FORKS)) {
                own.conf().set("spark.sql.streaming.checkpointFileManagerClass", CheckpointManager.ON_FILE_SYSTEMS);
            }
            return HandWrittenHits.on(kafka.bootstrapServers(), tables)
                    .counts(own, TOPIC, rowsPerBatch, Trigger.AvailableNow(), checkpoint);
        };
    }

    /** Leaves out the first batches, which start up, and those without rows. */
    private void add(String name, StreamingQuery query) {
        Arrays.stream(query.recentProgress())
                .filter(progress -> progress.numInputRows() > 0)
                .skip(1)
                .map(StreamingQueryProgress::durationMs)
                .forEach(parts -> batches.computeIfAbsent(name, unused -> new ArrayList<>())
                        .add(Map.copyOf(parts)));
    }

    private static String[] headers() {
        return Stream.concat(Stream.of("part"), CONTENDERS.stream().map(name -> name + ", median ms (min to max)"))
                .toArray(String[]::new);
    }

    private Object[] cells(String part) {
        List<Object> cells = new ArrayList<>(List.of(part));
        for (String name : CONTENDERS) {
            long[] sorted = milliseconds(name, part);
            cells.add(String.format(
                    Locale.ROOT, "%d (%d to %d)", median(name, part), sorted[0], sorted[sorted.length - 1]));
        }
        return cells.toArray();
    }

    private String ratio(String other) {
        return CpuTable.ratio((double) median(OURS, WHOLE) / median(other, WHOLE));
    }

    private long median(String name, String part) {
        long[] sorted = milliseconds(name, part);
        return sorted[sorted.length / 2];
    }

    private long[] milliseconds(String name, String part) {
        return batches.getOrDefault(name, List.of()).stream()
                .mapToLong(parts -> parts.getOrDefault(part, 0L))
                .sorted()
                .toArray();
    }
}
