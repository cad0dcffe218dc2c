package io.millrace.benchmarks;

import static io.millrace.benchmarks.GuardedJobs.NEW;
import static io.millrace.benchmarks.GuardedJobs.TOTAL;
import static io.millrace.benchmarks.GuardedJobs.grouped;
import static io.millrace.benchmarks.GuardedJobs.step;
import static org.apache.spark.sql.functions.col;

import io.millrace.core.Transform;
import io.millrace.core.Transforms;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;

/** Changes of aggregates and of what they group by. */
final class GuardedAggregates {
    private GuardedAggregates() {}

    static Stream<GuardedChange> aggregates() {
        return Stream.of(
                step("the name of an aggregate's column", TOTAL, grouped("zip", "sum(n) AS pieces"))
                        .works("Spark compares types, not names"),
                step(
                                "the name of a column, in a step before an aggregate",
                                TOTAL,
                                Transforms.rename("n", "amount").andThen(grouped("zip", "sum(amount) AS total")))
                        .works(""),
                step(
                                "the columns after an aggregate, or their order",
                                TOTAL,
                                TOTAL.andThen(Transforms.select("total", "zip")))
                        .works(""),
                step("a computation with the result of an aggregate", TOTAL, grouped("zip", "sum(n) + 1 AS total"))
                        .works("the state keeps the aggregate itself"),
                step("a filter after an aggregate", TOTAL, TOTAL.andThen(Transforms.where("total > 3")))
                        .works(""),
                step(
                                "an aggregate more that no later step uses",
                                TOTAL,
                                grouped("zip", "sum(n) AS total", "max(m) AS most")
                                        .andThen(Transforms.select("zip", "total")))
                        .works("Spark leaves it out"),
                step(
                                "a filter before an aggregate",
                                TOTAL,
                                Transforms.where("n > 1").andThen(TOTAL))
                        .isWrongWithANote("the state keeps what the old filter let through. Use a new checkpoint if the"
                                + " totals must be those of the new filter"),
                step(
                                "another condition of a filter before an aggregate",
                                Transforms.where("n < 5").andThen(TOTAL),
                                Transforms.where("n > 1").andThen(TOTAL))
                        .isWrongWithANote("the same"),
                step(
                                "a join with a table, before an aggregate",
                                TOTAL,
                                Transforms.of("named", GuardedJobs::named).andThen(TOTAL))
                        .isWrongWithANote("the same"),
                step(
                                "`explode_outer` instead of `explode`, before an aggregate",
                                exploded("explode").andThen(TOTAL),
                                exploded("explode_outer").andThen(TOTAL))
                        .isWrongWithANote("the same"),
                step(
                                "the columns of `unpivot`, before a count",
                                unpivoted("n", "m").andThen(grouped("zip", "count(1)")),
                                unpivoted("n").andThen(grouped("zip", "count(1)")))
                        .isWrongWithANote("the same"),
                step(
                                "the columns of `unpivot`, before a sum of them",
                                unpivoted("n", "m").andThen(grouped("zip", "sum(number)")),
                                unpivoted("n").andThen(grouped("zip", "sum(number)")))
                        .isWrong("the new values are added to the old ones: " + NEW),
                step(
                                "what a column is computed of, before an aggregate",
                                TOTAL,
                                Transforms.withColumn("n", "n * 10").andThen(TOTAL))
                        .isWrong("the new values are added to the old ones: " + NEW),
                step("an aggregate more", TOTAL, grouped("zip", "sum(n)", "max(n)"))
                        .fails(NEW),
                step("an aggregate less", grouped("zip", "sum(n)", "max(n)"), grouped("zip", "sum(n)"))
                        .fails(NEW),
                step("an aggregate of another type", TOTAL, grouped("zip", "max(city)"))
                        .fails(NEW),
                step("another aggregate of the same type", grouped("zip", "max(m)"), grouped("zip", "min(m)"))
                        .isWrong("the new function would go on with the result of the old one: " + NEW),
                step(
                                "an aggregate of another column of the same type",
                                grouped("zip", "max(n)"),
                                grouped("zip", "max(m)"))
                        .isWrong("the same"),
                step("a count instead of a sum", TOTAL, grouped("zip", "count(n)"))
                        .isWrong("the same"),
                step(
                                "the order of two aggregates",
                                grouped("zip", "max(n)", "min(m)"),
                                grouped("zip", "min(m)", "max(n)"))
                        .isWrong("each would go on with the result of the other: keep the order"),
                step(
                                "`first` without NULL, instead of `first`",
                                grouped("zip", "first(CASE WHEN m < 3 THEN m END)"),
                                grouped("zip", "first(CASE WHEN m < 3 THEN m END, true)"))
                        .isWrong(NEW),
                step("a FILTER of an aggregate", TOTAL, grouped("zip", "sum(n) FILTER (WHERE n > 1) AS total"))
                        .isWrong(NEW));
    }

    static Stream<GuardedChange> keys() {
        return Stream.of(
                step(
                                "the name of a grouping column",
                                TOTAL,
                                Transforms.rename("zip", "place").andThen(grouped("place", "sum(n) AS total")))
                        .works(""),
                step("a grouping column more", TOTAL, grouped("zip, city", "sum(n) AS total"))
                        .fails(NEW),
                step("a grouping column less", grouped("zip, city", "sum(n) AS total"), TOTAL)
                        .fails(NEW),
                step("a grouping column of another type", TOTAL, grouped("n", "sum(n) AS total"))
                        .fails(NEW),
                step("another grouping column of the same type", TOTAL, grouped("city", "sum(n) AS total"))
                        .isWrong("old and new groups would share one state: " + NEW),
                step("another expression of a grouping column", TOTAL, grouped("concat('B-', zip)", "sum(n) AS total"))
                        .isWrong("the same"),
                step(
                                "the order of two grouping columns",
                                grouped("zip, city", "sum(n) AS total"),
                                grouped("city, zip", "sum(n) AS total"))
                        .isWrong("the same: keep the order"),
                step(
                                "the path of a JSON field that is a grouping column",
                                document(Transforms.jsonFields("document").string("place", "$.zip")),
                                document(Transforms.jsonFields("document").string("place", "$.city")))
                        .isWrong("old and new groups would share one state: " + NEW),
                step(
                                "a JSON field more, before the one that is a grouping column",
                                document(Transforms.jsonFields("document").string("place", "$.zip")),
                                document(Transforms.jsonFields("document")
                                        .string("town", "$.city")
                                        .string("place", "$.zip")))
                        .works("fields count by their paths"));
    }

    /** A row for each element of an array, which only some rows have. */
    private static Transform exploded(String function) {
        return Transforms.withColumn("part", function + "(CASE WHEN n > 1 THEN array(1) END)");
    }

    /** A row for each of {@code columns}. */
    private static Transform unpivoted(String... columns) {
        return Transforms.of(
                "unpivoted",
                rows -> rows.unpivot(
                        new Column[] {col("zip")},
                        Stream.of(columns).map(name -> col(name)).toArray(Column[]::new),
                        "name",
                        "number"));
    }

    /** Totals of a column {@code place} that {@code fields} finds in a document. */
    private static Transform document(Transform fields) {
        return Transforms.withColumn("document", "to_json(struct(zip, city))")
                .andThen(fields)
                .andThen(grouped("place", "sum(n) AS total"));
    }
}
