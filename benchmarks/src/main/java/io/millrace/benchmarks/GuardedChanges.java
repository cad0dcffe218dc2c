package io.millrace.benchmarks;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.complete;
import static io.millrace.core.OutputModes.update;
import static java.time.Duration.ofMinutes;
import static org.apache.spark.sql.functions.expr;

import io.millrace.core.CalendarWindow;
import io.millrace.core.Offsets;
import io.millrace.core.Sources;
import io.millrace.core.Transform;
import io.millrace.core.Transforms;
import io.millrace.sinks.Sinks;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.Trigger;

/** The changes of {@code docs/restarts.md}, in its order. */
final class GuardedChanges {
    private static final String NEW = "use a new checkpoint";
    private static final String ORDER = "the state belongs to the steps in their old order: " + NEW;

    private static final Transform DELAY = Transforms.withWatermark("at", ofMinutes(10));
    private static final ZoneId UTC = ZoneId.of("UTC");
    private static final CalendarWindow DAYS = CalendarWindow.days(UTC);
    private static final Transform NOTHING = Transforms.where("true");
    private static final Transform TOTAL = grouped("zip", "sum(n) AS total");

    private GuardedChanges() {}

    static List<GuardedChange> all() {
        return Stream.of(
                        withoutState(),
                        aggregates(),
                        keys(),
                        windows(),
                        watermarks(),
                        duplicates(),
                        joins(),
                        steps(),
                        sources(),
                        kafka(),
                        settings(),
                        sinks())
                .flatMap(changes -> changes)
                .toList();
    }

    private static Stream<GuardedChange> withoutState() {
        GuardedJob zips = job(append(), Transforms.select("zip"));
        return Stream.of(
                GuardedChange.of("a filter, in a job without state", job(append(), Transforms.where("n > 1")), zips)
                        .works("the new code gets the rows from now on"),
                GuardedChange.of("the columns, in a job without state", zips, job(append(), Transforms.select("city")))
                        .works("the same"),
                GuardedChange.of(
                                "an expression or a type, in a job without state",
                                job(append(), Transforms.withColumn("n", "n + 1")),
                                job(append(), Transforms.withColumn("n", "CAST(n * 2 AS STRING)")))
                        .works("the same"),
                GuardedChange.of(
                                "a join with a table, in a job without state",
                                zips,
                                zips.via(lab -> Transforms.of("named", GuardedChanges::named)))
                        .works("the same"),
                GuardedChange.of("the name of the query", zips, zips.named("renamed"))
                        .works(""),
                GuardedChange.of("the trigger", zips, zips.on(Trigger.ProcessingTime(0)))
                        .works(""));
    }

    private static Stream<GuardedChange> aggregates() {
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
                                Transforms.of("named", GuardedChanges::named).andThen(TOTAL))
                        .isWrongWithANote("the same"),
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

    private static Stream<GuardedChange> keys() {
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

    /** Totals of a column {@code place} that {@code fields} finds in a document. */
    private static Transform document(Transform fields) {
        return Transforms.withColumn("document", "to_json(struct(zip, city))")
                .andThen(fields)
                .andThen(grouped("place", "sum(n) AS total"));
    }

    private static Stream<GuardedChange> windows() {
        return Stream.of(
                step("the length of a window", windowed("at", 5, 5, 0), windowed("at", 10, 10, 0))
                        .isWrong("the first new windows would lack the rows of old windows, and an upsert on"
                                + " `window_start` would overwrite the old, larger count: " + NEW),
                step("the start of a window", windowed("at", 10, 10, 0), windowed("at", 10, 10, 4))
                        .isWrong("the same"),
                step("the time column of a window", windowed("at", 10, 10, 0), windowed("seen", 10, 10, 0))
                        .isWrong("the same"),
                step("how often a window begins", windowed("at", 10, 5, 0), windowed("at", 10, 2, 0))
                        .isWrong("the same"),
                step(
                                "windows that slide, instead of windows that do not",
                                windowed("at", 10, 10, 0),
                                windowed("at", 10, 5, 0))
                        .fails(NEW),
                step(
                                "a window by a column more",
                                windowed("at", 10, 10, 0),
                                grouped("window(at, '10 minutes'), zip", "count(1)"))
                        .fails(NEW),
                step("totals by window, instead of totals", grouped("zip", "count(1)"), windowed("at", 10, 10, 0))
                        .fails(NEW),
                step("days instead of weeks of a calendar", calendar(CalendarWindow.weeks(UTC)), calendar(DAYS))
                        .isWrong("the same as the length"),
                step(
                                "the time zone of days",
                                calendar(CalendarWindow.days(ZoneId.of("Europe/Brussels"))),
                                calendar(DAYS))
                        .isWrong("the same"),
                change("the gap of a session", complete(), sessions(1, "zip"), sessions(9, "zip"))
                        .isWrong("open sessions would not be joined by the new gap: " + NEW),
                change("the key of a session", complete(), sessions(9, "zip"), sessions(9, "city"))
                        .isWrong(NEW),
                change("windows instead of sessions", complete(), sessions(9, "zip"), windowed("at", 10, 10, 0))
                        .fails(NEW));
    }

    private static Stream<GuardedChange> watermarks() {
        Transform counted = windowed("at", 5, 5, 0);
        return Stream.of(
                step(
                                "the delay of a watermark",
                                DELAY.andThen(counted),
                                Transforms.withWatermark("at", ofMinutes(20)).andThen(counted))
                        .works("from the next batch on; the watermark itself does not go back"),
                step("a watermark more", counted, DELAY.andThen(counted)).works("from the next batch on"),
                step("a watermark less", DELAY.andThen(counted), counted).works("the state is not removed any more"),
                step(
                                "a watermark of another column",
                                Transforms.withWatermark("seen", Duration.ZERO).andThen(counted),
                                Transforms.withWatermark("at", Duration.ZERO).andThen(counted))
                        .isWrongWithANote("the old watermark counts for the new column, and rows that are before it are"
                                + " dropped"),
                modes("update to complete mode", update(), complete(), TOTAL).works(""),
                modes("complete to update mode", complete(), update(), TOTAL).works(""),
                modes("update to append mode", update(), append(), DELAY.andThen(counted))
                        .worksWithANote("a window that is still open is written once more, when it is final"),
                modes("append to update mode", append(), update(), DELAY.andThen(counted))
                        .works(""));
    }

    private static Stream<GuardedChange> duplicates() {
        return Stream.of(
                rows(
                                "the columns of `dropDuplicates`, of the same types",
                                Transforms.dropDuplicates("zip"),
                                Transforms.dropDuplicates("city"))
                        .isWrong("old values would be compared with values of other columns: " + NEW),
                rows(
                                "the order of the columns of `dropDuplicates`",
                                Transforms.dropDuplicates("zip", "city"),
                                Transforms.dropDuplicates("city", "zip"))
                        .isWrong("the same: keep the order"),
                rows(
                                "a column more or less of `dropDuplicates`",
                                Transforms.dropDuplicates("zip"),
                                Transforms.dropDuplicates("zip", "city"))
                        .fails(NEW),
                rows(
                                "a column of `dropDuplicates` of another type",
                                Transforms.dropDuplicates("zip"),
                                Transforms.dropDuplicates("n"))
                        .fails(NEW),
                rows(
                                "a filter before `dropDuplicates`",
                                Transforms.dropDuplicates("zip"),
                                Transforms.where("city = 'Bruges'").andThen(Transforms.dropDuplicates("zip")))
                        .isWrongWithANote("values of rows that the new filter drops count as seen"),
                rows(
                                "a filter after `dropDuplicates`",
                                Transforms.dropDuplicates("zip"),
                                Transforms.dropDuplicates("zip").andThen(Transforms.where("n = 1")))
                        .works(""),
                rows(
                                "`dropDuplicatesWithinWatermark` instead of `dropDuplicates`",
                                DELAY.andThen(Transforms.dropDuplicates("zip")),
                                DELAY.andThen(Transforms.dropDuplicatesWithinWatermark("zip")))
                        .fails(NEW),
                rows("the number of a limit", limit(1), limit(5)).isWrong("rows of earlier batches count: " + NEW));
    }

    private static Stream<GuardedChange> joins() {
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

    private static Stream<GuardedChange> steps() {
        GuardedJob zips = job(update(), Transforms.select("zip"));
        return Stream.of(
                GuardedChange.of("a first step with state", zips, job(update(), TOTAL))
                        .fails(NEW),
                GuardedChange.of("the last step with state removed", job(update(), TOTAL), zips)
                        .failsOnSpark4("on Spark 3.5 the query runs without it, and put back later it needs a new"
                                + " checkpoint; on Spark 4 it needs one now"),
                step(
                                "a step with state before another",
                                TOTAL,
                                Transforms.dropDuplicates("zip", "n").andThen(TOTAL))
                        .fails(ORDER),
                rows(
                                "a step with state after another",
                                Transforms.dropDuplicates("zip"),
                                Transforms.dropDuplicates("zip").andThen(Transforms.dropDuplicates("city")))
                        .fails(ORDER),
                rows(
                                "one of two steps with state removed",
                                Transforms.dropDuplicates("n").andThen(Transforms.dropDuplicates("zip")),
                                Transforms.dropDuplicates("zip"))
                        .isWrongAndFailsOnSpark4(ORDER),
                rows(
                                "the order of two steps with state",
                                Transforms.dropDuplicates("city").andThen(Transforms.dropDuplicates("zip")),
                                Transforms.dropDuplicates("zip").andThen(Transforms.dropDuplicates("city")))
                        .isWrong(ORDER),
                GuardedChange.of(
                                "a step with state of another kind",
                                job(update(), Transforms.dropDuplicates("zip").andThen(Transforms.select("zip"))),
                                job(update(), grouped("zip", "count(1)")))
                        .fails(NEW));
    }

    private static Stream<GuardedChange> sources() {
        GuardedJob zips = job(append(), Transforms.select("zip"));
        GuardedJob both = zips.from(lab -> Sources.union(lab.files("hits"), lab.files("more")));
        GuardedJob rate = job(append(), Transforms.select("value")).from(lab -> Sources.rate());
        return Stream.of(
                GuardedChange.of("a source more", zips, both).fails(NEW),
                GuardedChange.of("a source less", both, zips).fails(NEW),
                GuardedChange.of(
                                "the order of two sources",
                                both,
                                zips.from(lab -> Sources.union(lab.files("more"), lab.files("hits"))))
                        .fails("the offsets belong to the sources in their old order: keep the order"),
                GuardedChange.of("another directory of a file source", zips, zips.from(lab -> lab.files("more")))
                        .fails("the checkpoint lists the files of the old one: " + NEW),
                GuardedChange.of(
                                "the format of a file source",
                                zips,
                                job(append(), Transforms.select("value"))
                                        .from(lab -> Sources.text(lab.directory("hits"))))
                        .works("for the files from now on"),
                GuardedChange.of(
                                "the schema of a file source",
                                zips,
                                zips.from(lab -> lab.files("hits", "zip STRING, other STRING")))
                        .works("for the files from now on"),
                GuardedChange.of(
                                "the options of a file source",
                                zips,
                                zips.from(lab -> Sources.json(
                                                lab.directory("hits").toString())
                                        .schema("zip STRING, city STRING")
                                        .option("maxFilesPerTrigger", "1")))
                        .works(""),
                GuardedChange.of("a source of another kind", zips, rate).fails(NEW));
    }

    private static Stream<GuardedChange> kafka() {
        GuardedJob values = job(append(), Transforms.cast("value", "STRING").andThen(Transforms.select("value")))
                .from(lab -> lab.kafka("a"));
        return Stream.of(
                GuardedChange.of("a topic more", values, values.from(lab -> lab.kafka("a", "b")))
                        .worksWithANote("the new topic is read from its first record, whatever `startingFrom` says"),
                GuardedChange.of("another topic", values, values.from(lab -> lab.kafka("b")))
                        .fails("the failed start of Spark would leave a planned batch: " + NEW),
                GuardedChange.of("a topic less", values.from(lab -> lab.kafka("a", "b")), values)
                        .fails("the same, or `failOnDataLoss(false)`"),
                GuardedChange.of(
                                "a topic less, with `failOnDataLoss(false)`",
                                values.from(lab -> lab.kafka("a", "b")),
                                values.from(lab -> lab.kafka("a").failOnDataLoss(false)))
                        .worksWithANote("its records from now on are left out"),
                GuardedChange.of(
                                "a pattern of topics instead of their names",
                                values,
                                values.from(lab -> lab.broker().topicPattern(lab.topic("[a]"))))
                        .worksWithANote("the same as a topic more"),
                GuardedChange.of(
                                "the order of two Kafka sources",
                                values.from(lab -> Sources.union(lab.kafka("a"), lab.kafka("b"))),
                                values.from(lab -> Sources.union(lab.kafka("b"), lab.kafka("a"))))
                        .fails("the offsets belong to the sources in their old order: keep the order"),
                GuardedChange.of(
                                "`startingFrom`",
                                values,
                                values.from(lab -> lab.kafka("a").startingFrom(Offsets.latest())))
                        .worksWithANote("it is ignored: the checkpoint decides. To read again, use a new checkpoint"),
                GuardedChange.of(
                                "`maxOffsetsPerTrigger`",
                                values,
                                values.from(lab -> lab.kafka("a").maxOffsetsPerTrigger(1)))
                        .worksWithANote(""),
                GuardedChange.of(
                                "`until`",
                                values,
                                values.from(lab -> lab.kafka("a").until(Offsets.of(lab.topic("a"), 0, 3))))
                        .worksWithANote("the query ends there, with the trigger `availableNow`"),
                GuardedChange.of("files instead of Kafka", values, job(append(), Transforms.select("zip")))
                        .fails(NEW),
                GuardedChange.of("Kafka instead of files", job(append(), Transforms.select("zip")), values)
                        .fails(NEW));
    }

    private static Stream<GuardedChange> settings() {
        GuardedJob total = job(update(), TOTAL);
        GuardedJob rate = job(append(), NOTHING).from(lab -> Sources.rate()).to(lab -> Sinks.format("noop"));
        return Stream.of(
                GuardedChange.of(
                                "the number of shuffle partitions",
                                total,
                                total.with("spark.sql.shuffle.partitions", "3"))
                        .worksWithANote(
                                "by `statePartitions` or by the session: on Spark 3.5, and with state on Spark 4"
                                        + " too, it is ignored: the state keeps the number of the first start"),
                GuardedChange.of(
                                "the state store",
                                total,
                                total.with(
                                        "spark.sql.streaming.stateStore.providerClass",
                                        "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider"))
                        .worksWithANote("it is ignored: the state keeps the store of the first start"),
                GuardedChange.of("ANSI mode of the session", total, total.with("spark.sql.ansi.enabled", "true"))
                        .works(""),
                GuardedChange.of(
                                "the continuous trigger, for a rate source",
                                rate.on(Trigger.ProcessingTime(0)),
                                rate.on(Trigger.Continuous(1000)))
                        .fails("the offsets differ; those of Kafka do not"));
    }

    private static Stream<GuardedChange> sinks() {
        GuardedJob zips = job(append(), Transforms.select("zip"));
        GuardedJob one = zips.to(lab -> Sinks.several("one", Sinks.json(lab.directory("out-1"))));
        GuardedJob two = zips.to(lab -> Sinks.several("one", Sinks.json(lab.directory("out-1")))
                .and("two", Sinks.json(lab.directory("out-2"))));
        GuardedJob json = zips.to(lab -> Sinks.json(lab.directory("out-1")));
        return Stream.of(
                GuardedChange.of(
                                "the settings of the sink",
                                json,
                                zips.to(lab ->
                                        Sinks.json(lab.directory("out-1")).option("lineSep", "\n")))
                        .works(""),
                GuardedChange.of("another table or directory", json, zips.to(lab -> Sinks.json(lab.directory("out-2"))))
                        .isWrongWithANote("the new one gets the rows from now on and lacks the earlier ones"),
                GuardedChange.of("another sink", zips, json).isWrongWithANote("the same"),
                GuardedChange.of("a sink added to `several`", one, two).isWrongWithANote("the same"),
                GuardedChange.of("a sink of `several` removed", two, one)
                        .after(lab -> lab.drop("out-2"))
                        .works("it gets no rows any more"),
                GuardedChange.of(
                                "a sink of `several` renamed",
                                one,
                                zips.to(lab -> Sinks.several("uno", Sinks.json(lab.directory("out-1")))))
                        .worksWithANote("if the last batch failed for it alone, it does not get it again"));
    }

    private static GuardedJob job(OutputMode mode, Transform step) {
        return GuardedJob.of(mode, step);
    }

    private static GuardedChange step(String name, Transform before, Transform after) {
        return change(name, update(), before, after);
    }

    private static GuardedChange rows(String name, Transform before, Transform after) {
        return change(name, append(), before, after);
    }

    private static GuardedChange change(String name, OutputMode mode, Transform before, Transform after) {
        return GuardedChange.of(name, job(mode, before), job(mode, after));
    }

    private static GuardedChange modes(String name, OutputMode before, OutputMode after, Transform step) {
        return GuardedChange.of(name, job(before, step), job(after, step));
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

    private static Dataset<Row> named(Dataset<Row> rows) {
        return rows.join(
                rows.sparkSession().sql("SELECT '9000' AS zip, 'Gent' AS name UNION ALL SELECT '9000', 'Gand'"), "zip");
    }

    private static Transform grouped(String keys, String... aggregates) {
        List<Column> all = Stream.of(aggregates).map(text -> expr(text)).toList();
        return Transforms.of(
                "grouped",
                rows -> rows.groupBy(Stream.of(keys.split(", (?![^(]*\\))"))
                                .map(key -> expr(key))
                                .toArray(Column[]::new))
                        .agg(all.get(0), all.subList(1, all.size()).toArray(Column[]::new)));
    }

    private static Transform windowed(String time, int length, int slide, int start) {
        return grouped(
                "window(%s, '%d minutes', '%d minutes', '%d minutes')".formatted(time, length, slide, start),
                "count(1)");
    }

    private static Transform calendar(CalendarWindow window) {
        return Transforms.windowedCount("at", window);
    }

    private static Transform sessions(int minutes, String key) {
        return DELAY.andThen(Transforms.sessionCount("at", ofMinutes(minutes)).by(key));
    }

    private static Transform limit(int rows) {
        return Transforms.of("limit", all -> all.limit(rows));
    }
}
