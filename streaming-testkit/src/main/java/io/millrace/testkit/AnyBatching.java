package io.millrace.testkit;

import io.millrace.core.internal.Arguments;
import io.millrace.testkit.SparkRowInternals.EncodedRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.OutputMode;
import org.opentest4j.AssertionFailedError;

/**
 * Proves that a result does not depend on how its rows are cut into batches: compares all rows in one batch with the
 * opposite order and with cuts at random, of which each has batches from none to all of the rows, an order within a
 * batch, one to three partitions and shuffle partitions, and restarts. A failure names its seed and the smallest cut
 * found that still differs. Immutable: every call returns a copy.
 *
 * <pre>{@code
 * kit.anyBatching()
 *         .given(hits, hit("a", "00:01"), hit("a", "00:02"), hit("b", "00:03"))
 *         .check(rows -> rows.of(hits).groupBy("zip").count(), complete());
 * }</pre>
 */
public final class AnyBatching {
    private static final String CLOSE_A_WINDOW = " In append mode a window or an outer join emits when the watermark"
            + " has passed it: give a row that is late enough.";

    private final SparkSession spark;
    private final Map<Input<?>, List<EncodedRow>> given;
    private final List<String> keys;
    private final Map<String, Double> tolerances;
    private final long seed;
    private final int cuts;

    AnyBatching(SparkSession spark) {
        this(spark, Map.of(), List.of(), Map.of(), new Random().nextInt(Integer.MAX_VALUE), 20);
    }

    private AnyBatching(
            SparkSession spark,
            Map<Input<?>, List<EncodedRow>> given,
            List<String> keys,
            Map<String, Double> tolerances,
            long seed,
            int cuts) {
        this.spark = spark;
        this.given = given;
        this.keys = List.copyOf(keys);
        this.tolerances = Map.copyOf(tolerances);
        this.seed = seed;
        this.cuts = cuts;
    }

    /** Rows of one input; they keep their order, also over several calls. */
    @SafeVarargs
    @SuppressWarnings("varargs") // Read, never written to.
    public final <T> AnyBatching given(Input<T> input, T... rows) {
        return given(input, Arguments.allRequired("given", "rows", rows));
    }

    /** Rows of one input; they keep their order, also over several calls. */
    public <T> AnyBatching given(Input<T> input, List<T> rows) {
        Map<Input<?>, List<EncodedRow>> more = new LinkedHashMap<>(given);
        List<T> all = Arguments.allRequired("given", "rows", rows);
        Arguments.required("given", "input", input);
        List<EncodedRow> rowsOfInput = new ArrayList<>(given.getOrDefault(input, List.of()));
        rowsOfInput.addAll(input.convert("given(" + input.given().name() + ", ..)", all));
        more.put(input, rowsOfInput);
        return new AnyBatching(spark, more, keys, tolerances, seed, cuts);
    }

    /** The key columns, in which a later row replaces an earlier one. Required in update mode. */
    public AnyBatching keyedBy(String... columns) {
        return keyedBy(Arguments.allRequired("keyedBy", "columns", columns));
    }

    /** The key columns. */
    public AnyBatching keyedBy(List<String> columns) {
        return new AnyBatching(
                spark, given, Arguments.allRequired("keyedBy", "columns", columns), tolerances, seed, cuts);
    }

    /**
     * Allows numbers of {@code column} to differ by up to {@code tolerance}, as {@link StreamRun#tolerance} does: sums
     * of doubles depend on their order.
     */
    public AnyBatching tolerance(String column, double tolerance) {
        Tolerances.checkValue(column, tolerance);
        Map<String, Double> more = new LinkedHashMap<>(tolerances);
        more.put(column, tolerance);
        return new AnyBatching(spark, given, keys, more, seed, cuts);
    }

    /** The seed of the random cuts, to repeat a failure. Random by default. */
    public AnyBatching seed(long fixed) {
        return new AnyBatching(spark, given, keys, tolerances, fixed, cuts);
    }

    /** The number of random cuts to try, after one batch of all rows in the opposite order. Default 20. */
    public AnyBatching cuts(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("cuts(" + count + "): try at least one.");
        }
        return new AnyBatching(spark, given, keys, tolerances, seed, count);
    }

    /** The rows of the inputs, as a stream or as a batch. */
    public interface Rows {
        /** The rows of {@code input}, with its columns. */
        Dataset<Row> of(Input<?> input);
    }

    /**
     * Compares the result of {@code query} on each cut with that on all rows in one batch.
     *
     * @throws IllegalArgumentException if nothing would be proven: no row was given or is emitted, the query does not
     *     read an input, has timeouts of processing time, or is in update mode without keys
     * @throws AssertionError if the result depends on the cut, on the clock or on a random source
     */
    public void check(Function<Rows, Dataset<Row>> query, OutputMode mode) {
        Arguments.required("check", "query", query);
        Arguments.required("check", "mode", mode);
        if (given.values().stream().allMatch(List::isEmpty)) {
            throw new IllegalArgumentException(
                    "anyBatching(): no row was given, so nothing would be proven. Call given(input, rows) before"
                            + " check.");
        }
        if (mode.equals(OutputMode.Update()) && keys.isEmpty()) {
            throw new IllegalArgumentException(
                    "anyBatching(): in update mode a later row replaces an earlier one of its"
                            + " key: call keyedBy(..) before check.");
        }
        BatchCut whole = BatchCut.whole(given);
        BatchingTrial trial = new BatchingTrial(spark, keys, tolerances, query, mode);
        if (trial.isEmpty(whole)) {
            throw new IllegalArgumentException(
                    "anyBatching(): the query emits no row for these rows, so nothing would be" + " compared."
                            + (mode.equals(OutputMode.Append()) ? CLOSE_A_WINDOW : ""));
        }
        trial.differenceAtAnotherTime(whole).ifPresent(difference -> {
            throw new AssertionFailedError(
                    "The query gives another result each time, for the same rows in one batch: it"
                            + " reads the clock, as current_timestamp() does, or a random source, as rand() and"
                            + " uuid() do, or"
                            + " one of its functions keeps something between two calls. Compared with an earlier run, "
                            + difference);
        });
        Random random = new Random(seed);
        for (int cut = 0; cut <= cuts; cut++) {
            BatchCut candidate = cut == 0 ? whole.reversed() : whole.random(random);
            if (trial.difference(candidate).isPresent()) {
                BatchCut smallest = trial.shrink(candidate);
                throw failure(smallest, trial.difference(smallest));
            }
        }
    }

    private AssertionFailedError failure(BatchCut cut, Optional<String> difference) {
        return new AssertionFailedError("The result depends on how the rows are cut into batches (seed " + seed
                + "). The smallest cut that differs has " + cut.size() + ":\n" + cut.text()
                + "\nCompared with the same query on all rows in one batch, "
                + difference.orElse("nothing differs any more"));
    }
}
