package io.millrace.sinks;

import io.millrace.core.PlannedQuery;
import io.millrace.core.Problem;
import io.millrace.core.ValidationException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.types.StructType;

/**
 * Writes each micro-batch exactly once, in one transaction with the ledger, whatever fails in between and however often
 * Spark runs the batch: as long as the checkpoint lives and the source gives a batch the same rows again. Immutable:
 * every call returns a copy.
 *
 * <pre>{@code
 * Sink audit = Sinks.jdbc(database).table("audit").appendExactlyOnce();
 * }</pre>
 */
public final class JdbcExactlyOnce implements BatchSink {
    private static final String DEFAULT_CHECKPOINTS = "spark.sql.streaming.checkpointLocation";

    private final JdbcTarget target;
    private final ExactlyOnceRule rule;

    JdbcExactlyOnce(JdbcTarget target, ExactlyOnceRule rule) {
        this.target = target;
        this.rule = rule;
        target.tableFor(rule.verb());
    }

    /**
     * Lets a query begin that the ledger does not know, on a table that other queries have written or in the midst of its
     * checkpoint: what it reads again comes twice. For a second query into the same table, or a fresh start on purpose.
     */
    public JdbcExactlyOnce allowNewCheckpoint() {
        return new JdbcExactlyOnce(target, rule.withNewCheckpoints());
    }

    /** The statement that creates the ledger, for a role that may not: run it once in the table's schema. */
    public String ddl() {
        return Ledger.ddl(
                        target.database().dialect(),
                        target.tableFor(rule.verb()).sibling(Ledger.NAME)) + ";\n";
    }

    @Override
    public DataStreamWriter<Row> write(Dataset<Row> rows) {
        return rows.writeStream().foreachBatch(writer(rows.schema()));
    }

    @Override
    public VoidFunction2<Dataset<Row>, Long> batchesOf(Dataset<Row> stream) {
        return writer(stream.schema());
    }

    /**
     * The function alone, for {@code foreachBatch} in a job of your own whose rows have {@code schema}.
     *
     * @throws ValidationException with every reason why such rows cannot go into the table
     */
    public VoidFunction2<Dataset<Row>, Long> writer(StructType schema) {
        return new ExactlyOnceWriter(new ExactlyOncePlanner(target, rule).plan(describe(), schema));
    }

    @Override
    public List<Problem> check(PlannedQuery query) {
        List<Problem> problems = new ArrayList<>();
        if (Continuous.is(query.trigger())) {
            problems.add(new Problem(
                    "continuous",
                    query.trigger().toString(),
                    "continuous mode has no micro-batches to be exact about",
                    "Use every(...) or availableNow()."));
        }
        if (!rule.upserts() && query.outputMode().equals(OutputMode.Complete())) {
            problems.add(new Problem(
                    "outputMode", "complete", "every batch would append the whole result again", "Use upsertOn(...)."));
        }
        if (query.checkpoint().isEmpty() && !hasDefaultCheckpoint(query)) {
            problems.add(new Problem(
                    "checkpointAt",
                    "nothing",
                    "without a checkpoint that outlives the query nothing says which rows came before",
                    "Call checkpointAt(...)."));
        }
        problems.addAll(new ExactlyOncePlanner(target, rule).check(query.rows().map(Dataset::schema)));
        return problems;
    }

    /** Table, server and key. */
    @Override
    public String describe() {
        return (rule.upserts() ? "upsert exactly once into \"" : "append exactly once to \"")
                + target.tableFor(rule.verb()) + "\" at " + target.database()
                + (rule.upserts() ? " on " + String.join(", ", rule.keys()) : "");
    }

    private static boolean hasDefaultCheckpoint(PlannedQuery query) {
        return query.rows()
                .filter(rows -> rows.sparkSession().conf().contains(DEFAULT_CHECKPOINTS))
                .isPresent();
    }
}
