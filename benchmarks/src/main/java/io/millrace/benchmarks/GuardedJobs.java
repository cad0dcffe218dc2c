package io.millrace.benchmarks;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.update;
import static java.time.Duration.ofMinutes;
import static org.apache.spark.sql.functions.expr;

import io.millrace.core.Transform;
import io.millrace.core.Transforms;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.Trigger;

/** Jobs and steps that changes are made of. */
final class GuardedJobs {
    static final String NEW = "use a new checkpoint";
    /** With timers by the clock Spark plans empty batches for ever, but if it is to run one alone. */
    @SuppressWarnings("deprecation") // No other trigger runs one batch.
    static final Trigger ONE_BATCH = Trigger.Once();

    static final Transform DELAY = Transforms.withWatermark("at", ofMinutes(10));
    static final Transform NOTHING = Transforms.where("true");
    static final Transform TOTAL = grouped("zip", "sum(n) AS total");

    private GuardedJobs() {}

    static GuardedJob job(OutputMode mode, Transform step) {
        return GuardedJob.of(mode, step);
    }

    static GuardedChange step(String name, Transform before, Transform after) {
        return change(name, update(), before, after);
    }

    static GuardedChange rows(String name, Transform before, Transform after) {
        return change(name, append(), before, after);
    }

    static GuardedChange change(String name, OutputMode mode, Transform before, Transform after) {
        return GuardedChange.of(name, job(mode, before), job(mode, after));
    }

    static Dataset<Row> named(Dataset<Row> rows) {
        return rows.join(
                rows.sparkSession().sql("SELECT '9000' AS zip, 'Gent' AS name UNION ALL SELECT '9000', 'Gand'"), "zip");
    }

    static Transform grouped(String keys, String... aggregates) {
        List<Column> all = Stream.of(aggregates).map(text -> expr(text)).toList();
        return Transforms.of(
                "grouped",
                rows -> rows.groupBy(Stream.of(keys.split(", (?![^(]*\\))"))
                                .map(key -> expr(key))
                                .toArray(Column[]::new))
                        .agg(all.get(0), all.subList(1, all.size()).toArray(Column[]::new)));
    }
}
