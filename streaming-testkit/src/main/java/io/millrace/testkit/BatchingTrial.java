package io.millrace.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Compares a query on cuts of its rows with the same query on all rows at once, and shrinks a cut that differs. */
final class BatchingTrial {
    private static final int MOST_STEPS = 200;
    private static final long MIDNIGHT = Times.parse("00:00").toEpochMilli();

    /** Of another second, minute, hour, day, month and year. */
    private static final long MUCH =
            Duration.ofDays(5 * 365 + 40).plusHours(7).plusSeconds(1234).toMillis();

    private final SparkSession spark;
    private final List<String> keys;
    private final Map<String, Double> tolerances;
    private final Function<AnyBatching.Rows, Dataset<Row>> query;
    private final OutputMode mode;
    private final Map<Map<Input<?>, List<BatchCut.GivenRow>>, Outcome> references = new HashMap<>();
    private @Nullable StructType schema;

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
                if (!candidate.isEmpty() && difference(candidate).isPresent()) {
                    smallest = candidate;
                    shrunk = true;
                    break;
                }
            }
        }
        return smallest;
    }

    /** Whether the query emits no row even with all rows in one batch. */
    boolean isEmpty(BatchCut cut) {
        return reference(cut).rows().isEmpty();
    }

    /** How runs of the same rows in the same batches differ, at times years apart. */
    Optional<String> differenceAtAnotherTime(BatchCut cut) {
        return Stream.of(MIDNIGHT + MUCH, MIDNIGHT - MUCH)
                .flatMap(time -> difference(reference(cut), outcome(cut.whole(), time)).stream())
                .findFirst();
    }

    /** How the result of {@code cut} differs from that of all its rows in one batch. */
    Optional<String> difference(BatchCut cut) {
        Outcome reference = reference(cut);
        Outcome outcome;
        try {
            outcome = outcome(cut, MIDNIGHT);
        } catch (QueryFailure failure) {
            return Optional.of("the query fails: " + Causes.messages(failure.error));
        }
        if (outcome.watermark() < reference.watermark()) {
            // A restarted query does not know the watermark of each input, so what waits for it may come later.
            outcome = outcome(cut.withoutRestarts(), MIDNIGHT);
        }
        return difference(reference, outcome);
    }

    /** The outcome with all rows in one batch, which each cut must have as well. */
    private Outcome reference(BatchCut cut) {
        BatchCut whole = cut.whole();
        return references.computeIfAbsent(whole.batches().get(0), rows -> outcome(whole, MIDNIGHT));
    }

    private Optional<String> difference(Outcome expected, Outcome actual) {
        return new RowDiff(schema(), tolerances, keys).unordered(expected.rows(), actual.rows());
    }

    /** The query has ended with an error. */
    private static final class QueryFailure extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        private final Exception error;

        QueryFailure(Exception error) {
            super("The query fails with all rows in one batch: " + Causes.messages(error), error);
            this.error = error;
        }
    }

    /** The rows that the query has emitted in the end, and its watermark. */
    private record Outcome(List<Row> rows, long watermark) {}

    private StructType schema() {
        return Objects.requireNonNull(schema);
    }

    /** Runs the query at a clock that stands at {@code now}. */
    private Outcome outcome(BatchCut cut, long now) {
        Map<Input<?>, GivenRows> inputs = new LinkedHashMap<>();
        String shuffles = "spark.sql.shuffle.partitions";
        String before = spark.conf().get(shuffles);
        spark.conf().set(shuffles, Integer.toString(cut.shufflePartitions()));
        try (Checkpoint checkpoint = new Checkpoint()) {
            cut.batches().forEach(batch -> batch.keySet().forEach(input -> open(input, cut, inputs)));
            Dataset<Row> streaming = query.apply(input -> {
                open(input, cut, inputs);
                return input.load(spark);
            });
            Tolerances.check(tolerances, streaming.schema());
            schema = streaming.schema();
            refuseUnread(cut, inputs, streaming);
            refuseClockTimeouts(streaming);
            List<StepRecord> steps = steps(new LiveQuery(streaming, mode, checkpoint, now), cut, inputs);
            return new Outcome(
                    canonical(Results.table(streaming.schema(), keys, steps), streaming),
                    checkpoint.watermarkNext(checkpoint.lastBatch().orElseThrow()));
        } catch (InterruptedException e) {
            throw Causes.interrupted(e);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw e;
        } catch (Exception e) {
            throw new QueryFailure(e);
        } finally {
            inputs.forEach((input, rows) -> {
                input.read(null);
                rows.close();
            });
            spark.conf().set(shuffles, before);
        }
    }

    /** Lets {@code input} read the rows of this run, by whatever way the query opens it. */
    private static void open(Input<?> input, BatchCut cut, Map<Input<?>, GivenRows> inputs) {
        input.read(inputs.computeIfAbsent(
                input, key -> new GivenRows(key.given().name(), key.schema(), cut.partitions())));
    }

    private static void refuseUnread(BatchCut cut, Map<Input<?>, GivenRows> opened, Dataset<Row> streaming) {
        List<GivenRows> read = SparkPlanInternals.inputs(streaming);
        cut.batches()
                .forEach(batch -> batch.keySet().forEach(input -> {
                    if (!read.contains(opened.get(input))) {
                        throw new IllegalArgumentException(
                                "anyBatching(): given(" + input.given().name()
                                        + ", ..): the query does not read this input. Take its rows from rows.of(..).");
                    }
                }));
    }

    private static void refuseClockTimeouts(Dataset<Row> streaming) {
        if (SparkStateInternals.hasClockTimeouts(streaming)) {
            throw new IllegalArgumentException(
                    "anyBatching(): the query has timeouts of processing time, and its result"
                            + " depends on when each batch runs. Test it step by step, with clock(..).");
        }
    }

    private List<StepRecord> steps(LiveQuery live, BatchCut cut, Map<Input<?>, GivenRows> inputs) throws Exception {
        List<StepRecord> steps = new ArrayList<>();
        try {
            for (int batch = 0; batch < cut.batches().size(); batch++) {
                if (cut.restarts().contains(batch)) {
                    live.stop();
                }
                give(cut.batches().get(batch), inputs);
                StepRecord step = StepRecord.named("batch " + batch, false, mode);
                steps.add(step);
                live.advance(true, step.batches()::add);
            }
        } finally {
            live.stop();
        }
        return steps;
    }

    /** Makes a batch due even if there is no row for it. */
    private static void give(Map<Input<?>, List<BatchCut.GivenRow>> batch, Map<Input<?>, GivenRows> inputs) {
        inputs.forEach((input, given) -> {
            given.nudge();
            given.add(batch.getOrDefault(input, List.of()).stream()
                    .map(BatchCut.GivenRow::row)
                    .toList());
        });
    }

    /** The rows, with what collect_set gathers in one order, since it has none. */
    private static List<Row> canonical(List<Row> rows, Dataset<Row> query) {
        StructType schema = query.schema();
        Set<Integer> sets = SparkPlanInternals.setColumns(query);
        return rows.stream()
                .map(row -> Values.row(row, schema))
                .map(row -> {
                    @Nullable Object[] values = new Object[row.length()];
                    for (int column = 0; column < values.length; column++) {
                        values[column] = sets.contains(column) ? sorted(row.get(column)) : row.get(column);
                    }
                    return RowFactory.create(values);
                })
                .toList();
    }

    /** {@code value} with all lists in it sorted. */
    private static @Nullable Object sorted(@Nullable Object value) {
        if (value instanceof List<?> list) {
            List<@Nullable Object> elements = new ArrayList<>();
            list.forEach(element -> elements.add(sorted(element)));
            elements.sort(Comparator.comparing(BatchingTrial::text));
            return elements;
        }
        if (value instanceof Map<?, ?> map) {
            Map<@Nullable Object, @Nullable Object> entries = new HashMap<>();
            map.forEach((key, element) -> entries.put(key, sorted(element)));
            return entries;
        }
        if (value instanceof Row row) {
            @Nullable Object[] fields = new Object[row.length()];
            Arrays.setAll(fields, field -> sorted(row.get(field)));
            return RowFactory.create(fields);
        }
        return value;
    }

    private static String text(@Nullable Object value) {
        return RowText.lines(List.of(RowFactory.create(new Object[] {value})), true);
    }
}
