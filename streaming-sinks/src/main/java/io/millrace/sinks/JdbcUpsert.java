package io.millrace.sinks;

import io.millrace.core.PlannedQuery;
import io.millrace.core.Problem;
import io.millrace.core.Sink;
import io.millrace.core.ValidationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructType;

/**
 * Upserts rows by key: at least once on the way, and once in the table, however often a micro-batch comes again. Takes
 * every output mode and every trigger but the continuous one. Every column of the stream goes into the column of the
 * same name.
 *
 * <pre>{@code
 * hits.writeStream()
 *         .foreach(Sinks.jdbc(database).table("zips").upsertOn("id").writer(hits.schema()))
 *         .start();
 * }</pre>
 */
public final class JdbcUpsert implements Sink {
    private static final Class<?> CONTINUOUS = Trigger.Continuous(1).getClass();

    private final JdbcTarget target;
    private final List<String> keys;

    JdbcUpsert(JdbcTarget target, List<String> keys) {
        this.target = target;
        this.keys = keys;
        target.tableFor("upsertOn");
    }

    @Override
    public DataStreamWriter<Row> write(Dataset<Row> rows) {
        return rows.writeStream().foreach(writer(rows.schema()));
    }

    /**
     * The writer alone, for a job of your own whose rows have {@code schema}. Asks the database, so call it on the
     * driver.
     *
     * @throws ValidationException with every reason why such rows cannot go into the table
     */
    public ForeachWriter<Row> writer(StructType schema) {
        UpsertPlanner planner = new UpsertPlanner(target, keys, Optional.of(schema)).check();
        if (!planner.problems().isEmpty()) {
            throw new ValidationException(describe(), planner.problems());
        }
        return new UpsertWriter(planner.plan());
    }

    @Override
    public List<Problem> check(PlannedQuery query) {
        List<Problem> problems = new ArrayList<>();
        if (CONTINUOUS.isInstance(query.trigger())) {
            problems.add(new Problem(
                    "trigger",
                    query.trigger().toString(),
                    "in continuous mode Spark commits an epoch before its last rows are flushed, and loses them in a"
                            + " crash",
                    "Use every(...) or availableNow()."));
        }
        problems.addAll(new UpsertPlanner(target, keys, query.rows().map(Dataset::schema))
                .check()
                .problems());
        return problems;
    }

    /** Table, server and key. */
    @Override
    public String describe() {
        return "upsert into \"" + target.tableFor("upsertOn") + "\" at " + target.database() + " on "
                + String.join(", ", keys);
    }
}
