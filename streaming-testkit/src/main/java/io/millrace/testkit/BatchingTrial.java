package io.millrace.testkit;

import io.millrace.testkit.SparkRowInternals.EncodedRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.types.StructType;

/** Compares a query on cuts of its rows with the same query on all rows, and shrinks a cut that differs. */
final class BatchingTrial {
    private static final int MOST_STEPS = 200;

    private final SparkSession spark;
    private final List<String> keys;
    private final Map<String, Double> tolerances;
    private final Function<AnyBatching.Rows, Dataset<Row>> query;
    private final OutputMode mode;

    BatchingTrial(
            SparkSession spark,
            List<String> keys,
            Map<String, Double> tolerances,
            Function<AnyBatching.Rows, Dataset<Row>> query,
            OutputMode mode) {
        this.spark = spark;
        this.keys = keys;
        this.tolerances = tolerances;
        this.query = query;
        this.mode = mode;
    }

    BatchCut shrink(BatchCut differing) {
        BatchCut smallest = differing;
        int steps = 0;
        boolean shrunk = true;
        while (shrunk && steps < MOST_STEPS) {
            shrunk = false;
            for (BatchCut candidate : smallest.smaller()) {
                steps++;
                if (difference(candidate).isPresent()) {
                    smallest = candidate;
                    shrunk = true;
                    break;
                }
            }
        }
        return smallest;
    }

    /** How the result of {@code cut} differs from that of all its rows at once. */
    Optional<String> difference(BatchCut cut) {
        Map<Input<?>, List<EncodedRow>> all = cut.all();
        Dataset<Row> batch = query.apply(input -> asBatch(input, all.getOrDefault(input, List.of())));
        StructType schema = batch.schema();
        return new RowDiff(schema, tolerances, keys)
                .unordered(fitted(batch.collectAsList(), schema), fitted(stream(cut), schema));
    }

    private Dataset<Row> asBatch(Input<?> input, List<EncodedRow> rows) {
        return spark.createDataset(SparkRowInternals.decode(input.schema(), rows), Encoders.row(input.schema()));
    }

    private List<Row> stream(BatchCut cut) {
        Map<Input<?>, GivenRows> inputs = new LinkedHashMap<>();
        Dataset<Row> streaming =
                query.apply(input -> inputs
                        .computeIfAbsent(
                                input, key -> new GivenRows(key.given().name(), key.schema(), cut.partitions()))
                        .stream(spark));
        List<StepRecord> steps = new ArrayList<>();
        try (Checkpoint checkpoint = new Checkpoint()) {
            LiveQuery live = new LiveQuery(
                    streaming, mode, checkpoint, Times.parse("00:00").toEpochMilli());
            run(live, cut, inputs, steps);
        } catch (InterruptedException e) {
            throw Causes.interrupted(e);
        } catch (Exception e) {
            throw new IllegalStateException("The query failed on a cut of its rows: " + Causes.messages(e), e);
        } finally {
            inputs.values().forEach(GivenRows::close);
        }
        return Results.table(mode, streaming.schema(), keys, steps);
    }

    private static void run(LiveQuery live, BatchCut cut, Map<Input<?>, GivenRows> inputs, List<StepRecord> steps)
            throws Exception {
        try {
            for (Map<Input<?>, List<EncodedRow>> batch : cut.batches()) {
                batch.forEach(
                        (input, rows) -> Optional.ofNullable(inputs.get(input)).ifPresent(given -> given.add(rows)));
                StepRecord step = StepRecord.named("batch " + steps.size(), false);
                steps.add(step);
                live.advance(true, step.batches()::add);
            }
        } finally {
            live.stop();
        }
    }

    private static List<Row> fitted(List<Row> rows, StructType schema) {
        return rows.stream().map(row -> Values.row(row, schema)).toList();
    }
}
