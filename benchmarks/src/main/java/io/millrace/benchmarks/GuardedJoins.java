package io.millrace.benchmarks;

import static io.millrace.benchmarks.GuardedJobs.NEW;
import static io.millrace.benchmarks.GuardedJobs.NOTHING;
import static io.millrace.benchmarks.GuardedJobs.job;
import static io.millrace.benchmarks.GuardedJobs.rows;
import static io.millrace.core.OutputModes.append;
import static org.apache.spark.sql.functions.expr;

import io.millrace.core.Transforms;
import java.util.stream.Stream;

/** Changes of joins of streams. */
final class GuardedJoins {
    private GuardedJoins() {}

    static Stream<GuardedChange> joins() {
        return Stream.of(
                joined(
                                "the columns after a join of streams",
                                "a.zip = b.zip",
                                "inner",
                                "m",
                                "a.zip = b.zip",
                                "inner",
                                "n")
                        .isWrong("the state of a side has other columns: " + NEW),
                joined(
                                "another condition of a join of streams",
                                "a.zip = b.zip",
                                "inner",
                                "n",
                                "a.zip = b.city",
                                "inner",
                                "n")
                        .isWrong("rows that wait would be found by the old columns: " + NEW),
                GuardedChange.of("a shorter bound of a join of streams", within("inner", 1800), within("inner", 120))
                        .worksWithANote("rows that wait are joined by the new bound, and go by it"),
                GuardedChange.of("a longer bound of a join of streams", within("inner", 30), within("inner", 1800))
                        .isWrongWithANote(
                                "rows that the old bound has let go do not come back; the others are joined by"
                                        + " the new one"),
                GuardedChange.of(
                                "a bound of a join of streams without a watermark",
                                join("a.zip = b.zip AND a.n <= b.n", "inner", "n"),
                                join("a.zip = b.zip AND a.n > b.n", "inner", "n"))
                        .worksWithANote("rows that wait are joined by the new bound"),
                GuardedChange.of(
                                "the bound of an outer join of streams",
                                within("left_outer", 1800),
                                within("left_outer", 90))
                        .isWrong("the state says which rows have found another by the old bound: " + NEW),
                joined(
                                "a column more of the condition of a join of streams",
                                "a.zip = b.zip",
                                "inner",
                                "n",
                                "a.zip = b.zip AND a.city = b.city",
                                "inner",
                                "n")
                        .fails(NEW));
    }

    private static GuardedChange joined(
            String name,
            String condition,
            String type,
            String column,
            String other,
            String otherType,
            String otherColumn) {
        return GuardedChange.of(name, join(condition, type, column), join(other, otherType, otherColumn));
    }

    /** A join of each time with those of up to {@code seconds} after it. */
    private static GuardedJob within(String type, int seconds) {
        return job(append(), NOTHING)
                .via(lab -> Transforms.of(
                        "joined",
                        rows -> rows.withWatermark("at", "5 minutes")
                                .as("a")
                                .join(
                                        lab.files("more")
                                                .load(rows.sparkSession())
                                                .withWatermark("at", "5 minutes")
                                                .as("b"),
                                        expr("a.zip = b.zip AND b.at > a.at AND b.at <= a.at + INTERVAL " + seconds
                                                + " SECONDS"),
                                        type)
                                .selectExpr("a.zip", "a.at", "b.n")));
    }

    private static GuardedJob join(String condition, String type, String column) {
        return job(append(), NOTHING)
                .via(lab -> Transforms.of(
                        "joined",
                        rows -> rows.as("a")
                                .join(
                                        lab.files("more")
                                                .load(rows.sparkSession())
                                                .as("b"),
                                        expr(condition),
                                        type)
                                .selectExpr("a.zip", "b." + column)));
    }
}
