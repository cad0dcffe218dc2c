package io.millrace.testkit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.types.StructType;

/** Runs one query on cuts of its rows, and as one batch, and makes a cut that differs smaller while it still does. */
final class BatchingTrial {
    private static final int MOST_STEPS = 200;

    private final AnyBatching settings;
    private final Function<AnyBatching.Rows, Dataset<Row>> query;
    private final OutputMode mode;

    BatchingTrial(AnyBatching settings, Function<AnyBatching.Rows, Dataset<Row>> query, OutputMode mode) {
        this.settings = settings;
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
        Map<Input<?>, List<InternalRow>> all = cut.all();
        Dataset<Row> batch = query.apply(input -> asBatch(input, all.getOrDefault(input, List.of())));
        StructType schema = batch.schema();
        return new RowDiff(schema, settings.tolerances(), settings.keys())
                .unordered(fitted(batch.collectAsList(), schema), fitted(stream(cut), schema));
    }

    private Dataset<Row> asBatch(Input<?> input, List<InternalRow> rows) {
        return settings.spark()
                .createDataset(SparkInternals.toRows(input.schema(), rows), Encoders.row(input.schema()));
    }

    private List<Row> stream(BatchCut cut) {
        Map<Input<?>, GivenRows> inputs = new LinkedHashMap<>();
        Dataset<Row> streaming =
                query.apply(input -> inputs
                        .computeIfAbsent(
                                input, key -> new GivenRows(key.given().name(), key.schema(), cut.partitions()))
                        .stream(settings.spark()));
        List<StepRecord> steps = new ArrayList<>();
        try (Checkpoint checkpoint = new Checkpoint()) {
            LiveQuery live = new LiveQuery(
                    streaming, mode, checkpoint, Times.parse("00:00").toEpochMilli());
            for (Map<Input<?>, List<InternalRow>> batch : cut.batches()) {
                batch.forEach(
                        (input, rows) -> Optional.ofNullable(inputs.get(input)).ifPresent(given -> given.add(rows)));
                StepRecord step = StepRecord.named("batch " + steps.size(), false);
                steps.add(step);
                live.advance(true, step.batches()::add);
            }
            live.stop();
        } catch (Exception e) {
            throw new IllegalStateException("The query failed on a cut of its rows: " + Causes.messages(e), e);
        } finally {
            inputs.values().forEach(GivenRows::close);
        }
        return Results.table(mode, streaming.schema(), settings.keys(), steps);
    }

    private static List<Row> fitted(List<Row> rows, StructType schema) {
        return rows.stream().map(row -> Values.row(row, schema)).toList();
    }
}
