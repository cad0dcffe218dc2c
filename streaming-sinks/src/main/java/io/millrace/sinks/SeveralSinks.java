package io.millrace.sinks;

import static io.millrace.core.internal.Arguments.notNull;

import io.millrace.core.BatchSink;
import io.millrace.core.PlannedQuery;
import io.millrace.core.Problem;
import io.millrace.core.Sink;
import io.millrace.core.Transform;
import io.millrace.core.internal.Columns;
import io.millrace.core.internal.Errors;
import io.millrace.core.internal.OwnSteps;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.jspecify.annotations.Nullable;

/**
 * Several sinks on one read: each micro-batch is computed and persisted once, then written to one sink after the other.
 * If a sink fails, those after it still get the batch. The last finished batch of each sink is recorded in the
 * checkpoint, so that after a failure only the unfinished ones get the batch again. If the driver dies before that is
 * recorded, a sink gets its batch twice: each keeps the guarantee it has alone. Any {@link BatchSink} can be one of
 * them. Immutable: every call returns a copy.
 *
 * <pre>{@code
 * Sinks.several("table", Sinks.jdbc(database).table("hits").upsertOn("id"))
 *         .and("archive", Sinks.parquet("s3a://bucket/hits"))
 * }</pre>
 */
public final class SeveralSinks implements Sink {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,100}");

    private final Map<String, BatchSink> sinks;

    private SeveralSinks(Map<String, BatchSink> sinks) {
        this.sinks = sinks;
    }

    static SeveralSinks of(String name, Sink sink) {
        return new SeveralSinks(Map.of()).and(name, sink);
    }

    static SeveralSinks of(String name, Transform steps, Sink sink) {
        return new SeveralSinks(Map.of()).and(name, steps, sink);
    }

    /**
     * Adds a branch: a sink that gets the rows after {@code steps}. They run on each batch, as {@link BatchSink#after}
     * says, and keep no state.
     *
     * @param name as for {@link #and(String, Sink)}
     * @throws IllegalArgumentException as {@link #and(String, Sink)} does
     */
    public SeveralSinks and(String name, Transform steps, Sink sink) {
        notNull("and(name, steps, sink)", name, steps, sink);
        return with(name, sink, batchSink -> batchSink.after(steps));
    }

    /**
     * Adds a sink after the others, which gets all rows.
     *
     * @param name the name of the sink in the checkpoint: keep it over restarts. A sink with a new name gets the
     *     batches from then on.
     * @throws IllegalArgumentException if the name is taken or is not valid, or if the sink is not a {@link BatchSink}
     */
    public SeveralSinks and(String name, Sink sink) {
        notNull("and(name, sink)", name, sink);
        return with(name, sink, batchSink -> batchSink);
    }

    private SeveralSinks with(String name, Sink sink, UnaryOperator<BatchSink> branch) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "several(" + name + "): a sink among several is named with letters, digits,"
                            + " _ and -, at most 100 of them, since a file of the checkpoint has this name.");
        }
        if (sinks.keySet().stream().anyMatch(name::equalsIgnoreCase)) {
            throw new IllegalArgumentException(
                    "several(" + name + "): this name is taken. Give each sink a name of its own.");
        }
        if (!(sink instanceof BatchSink batchSink)) {
            throw new IllegalArgumentException("several(" + name + "): " + Errors.head(sink.describe())
                    + " cannot share a read. Use foreachBatch or foreach, or a query of its own.");
        }
        Map<String, BatchSink> more = new LinkedHashMap<>(sinks);
        more.put(name, branch.apply(batchSink));
        return new SeveralSinks(more);
    }

    @Override
    public DataStreamWriter<Row> write(Dataset<Row> rows) {
        notNull("write(rows)", rows);
        SeveralBatches several = SeveralBatches.of(rows, sinks);
        VoidFunction2<Dataset<Row>, Long> each = several::write;
        return several.needed().of(rows).writeStream().foreachBatch(each);
    }

    @Override
    public List<Problem> check(PlannedQuery query) {
        notNull("check(query)", query);
        List<Problem> ofAll = Stream.of(
                        query.problemIfContinuous("one read for several sinks"),
                        query.problemWithoutCheckpoint("one read for several sinks"))
                .flatMap(Optional::stream)
                .toList();
        Set<String> fields = ofAll.stream().map(Problem::field).collect(Collectors.toSet());
        List<Problem> problems = new ArrayList<>(ofAll);
        // What is wrong for several of them, such as a server that does not answer, is one problem.
        Map<Problem, List<String>> namesOf = new LinkedHashMap<>();
        sinks.forEach((name, sink) -> sink.check(query).stream()
                .filter(problem -> !fields.contains(problem.field()))
                .forEach(problem -> namesOf.computeIfAbsent(problem, none -> new ArrayList<>())
                        .add(name)));
        namesOf.forEach((problem, names) -> problems.add(of(String.join(", ", names), problem)));
        return problems;
    }

    @Override
    public List<Problem> notes(PlannedQuery query) {
        notNull("notes(query)", query);
        return sinks.entrySet().stream()
                .flatMap(sink -> sink.getValue().notes(query).stream().map(note -> of(sink.getKey(), note)))
                .toList();
    }

    private static Problem of(String name, Problem problem) {
        return new Problem(name + ": " + problem.field(), problem.value(), problem.reason(), problem.hint());
    }

    @Override
    public List<String> targets() {
        return sinks.entrySet().stream()
                .flatMap(sink -> sink.getValue().targets().stream().map(target -> sink.getKey() + ": " + target))
                .toList();
    }

    @Override
    public String describe() {
        return String.join("; ", describeBranches());
    }

    /** A line for each branch. */
    @Override
    public List<String> describeBranches() {
        return sinks.entrySet().stream()
                .map(sink -> sink.getKey() + ": " + sink.getValue().describe())
                .toList();
    }

    /** The same, with the columns of each branch. */
    @Override
    public List<String> describeBranches(Dataset<Row> rows) {
        notNull("describeBranches(rows)", rows);
        return sinks.entrySet().stream()
                .map(sink -> sink.getKey() + ": " + sink.getValue().describe() + columns(sink.getValue(), rows))
                .toList();
    }

    private static String columns(BatchSink sink, Dataset<Row> rows) {
        if (!(sink instanceof OwnSteps own)) {
            return "";
        }
        try {
            return "\n         -> " + Columns.described(own.rowsOf(rows).schema());
        } catch (Exception e) { // Scala does not declare Spark's own. The checks say what is wrong with the steps.
            return "\n         -> columns unknown";
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SeveralSinks several && inOrder().equals(several.inOrder());
    }

    @Override
    public int hashCode() {
        return inOrder().hashCode();
    }

    /** As {@link #describe()}. */
    @Override
    public String toString() {
        return describe();
    }

    private List<Map.Entry<String, BatchSink>> inOrder() {
        return List.copyOf(sinks.entrySet());
    }
}
