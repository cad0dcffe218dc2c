package io.millrace.core;

import static io.millrace.core.internal.Arguments.allRequired;
import static io.millrace.core.internal.Arguments.notNull;
import static io.millrace.core.internal.Arguments.required;

import io.millrace.core.internal.ColumnExpressions;
import io.millrace.core.internal.Columns;
import io.millrace.core.internal.TypeNames;
import io.millrace.core.internal.json.JsonField;
import io.millrace.core.internal.json.JsonParsed;
import io.millrace.core.internal.json.JsonPath;
import io.millrace.core.internal.json.JsonType;
import io.millrace.core.internal.spark.SparkLine;
import io.millrace.core.internal.spark.SparkVersion;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;

/**
 * Steps from rows to rows. Each works alone, in a job that already exists, and as a step of a {@link Pipeline}; the
 * physical plan is that of the same step written by hand, except that windows and sessions on a stream count the rows
 * without a time.
 *
 * <pre>{@code
 * hits.transform(Transforms.jsonField("zip", "$.zip"))
 *         .transform(Transforms.withWatermark("timestamp", Duration.ofMinutes(10)))
 *         .transform(Transforms.windowedCount("timestamp", Duration.ofMinutes(10)).by("zip"));
 * }</pre>
 */
public final class Transforms {
    static {
        SparkVersion.check();
    }

    private Transforms() {}

    /** As {@link #jsonField(String, String, String)} on the column {@code value}, where Kafka puts the payload. */
    public static Transform jsonField(String name, String path) {
        return jsonField("value", name, path);
    }

    /**
     * One field of a JSON document as text, as {@code get_json_object} gives it but faster. In: {@code column}, binary
     * or string. Out: all columns, and the string {@code name}, which replaces a column of that name; NULL if the
     * document has no such field or is malformed.
     *
     * @param path as {@code get_json_object} takes it, such as {@code $.address.zip}
     */
    public static Transform jsonField(String column, String name, String path) {
        required("jsonField", "column", column);
        required("jsonField", "name", name);
        required("jsonField", "path", path);
        JsonField field = new JsonField("string", name, JsonPath.parse("jsonField(" + name, path), JsonType.TEXT);
        return Step.of(
                Call.of("jsonField", column, name, path),
                List.of(ColumnNeed.text("jsonField", column)),
                rows -> JsonParsed.of(rows, column, List.of(field)).columns());
    }

    /** The fields of the JSON documents in {@code column}, binary or string; the calls that follow name them. */
    public static JsonFields jsonFields(String column) {
        return new JsonFields(required("jsonFields", "column", column), List.of(), false);
    }

    /**
     * Marks rows whose time is NULL, or out of bounds that the calls on the result set, for branches on one read. In:
     * {@code column}, a timestamp, and the original bytes. Out: all columns and {@code malformed}.
     */
    public static TimeMarks timeMarks(String column) {
        return TimeMarks.of(column);
    }

    /**
     * Lets rows arrive {@code delay} late before their window closes. In: {@code column}, a timestamp. Out: all
     * columns. The watermark is the greatest time seen in any partition less the delay; stateful steps drop older rows.
     * {@link Watermark#aheadAtMost} protects it from times in the future.
     */
    public static Watermark withWatermark(String column, Duration delay) {
        return new Watermark(column, delay);
    }

    /**
     * Counts rows in windows of {@code length}, one after the other. In: {@code timeColumn}, a timestamp. Out:
     * {@code window_start}, {@code window_end}, the columns of {@link WindowedAggregation#by}, {@code count}.
     */
    public static WindowedAggregation windowedCount(String timeColumn, Duration length) {
        notNull("windowedCount(timeColumn, length)", timeColumn, length);
        required("windowed", "timeColumn", timeColumn);
        return new WindowedAggregation(TimeWindow.tumbling(timeColumn, length), Grouping.counting(), false);
    }

    /**
     * As {@link #windowedCount(String, Duration)}, in windows of days, weeks or months of a time zone, right across
     * clock changes. In: {@code timeColumn}, a timestamp, not one without a zone.
     */
    public static WindowedAggregation windowedCount(String timeColumn, CalendarWindow window) {
        notNull("windowedCount(timeColumn, window)", timeColumn, window);
        required("windowed", "timeColumn", timeColumn);
        return new WindowedAggregation(new CalendarTime(timeColumn, window), Grouping.counting(), false);
    }

    /**
     * As {@link #windowedCount(String, Duration)}, for other aggregates: they follow in
     * {@link WindowedAggregation#aggregate}.
     */
    public static WindowedAggregation windowed(String timeColumn, Duration length) {
        notNull("windowed(timeColumn, length)", timeColumn, length);
        return windowedCount(timeColumn, length);
    }

    /** As {@link #windowed(String, Duration)}, in windows of days, weeks or months of a time zone. */
    public static WindowedAggregation windowed(String timeColumn, CalendarWindow window) {
        notNull("windowed(timeColumn, window)", timeColumn, window);
        return windowedCount(timeColumn, window);
    }

    /**
     * Counts rows in sessions that end when no row has arrived for {@code gap}. In: {@code timeColumn}, a timestamp.
     * Out: {@code session_start}, {@code session_end}, the columns of {@link SessionAggregation#by}, {@code count}.
     */
    public static SessionAggregation sessionCount(String timeColumn, Duration gap) {
        required("sessionCount", "timeColumn", timeColumn);
        return new SessionAggregation(timeColumn, gap, Grouping.counting());
    }

    /**
     * Counts rows for each combination of {@code columns}. Out: those columns, {@code count}. The state grows with
     * every new combination; it runs in update and complete mode.
     */
    public static Transform countBy(String... columns) {
        return counting(ColumnReference.named(allRequired("countBy", "columns", columns)));
    }

    /** As {@link #countBy(String...)}. */
    public static Transform countBy(List<String> columns) {
        return counting(ColumnReference.named(allRequired("countBy", "columns", columns)));
    }

    /** As {@link #countBy(String...)}, with expressions: the alias is the name, else the name that Spark gives it. */
    public static Transform countBy(Column first, Column... more) {
        return counting(ColumnReference.of(allRequired("countBy", "columns", first, more)));
    }

    private static Transform counting(List<ColumnReference> columns) {
        return Step.of(
                Call.described(Call.of("countBy", columns).text(), "countBy", ColumnReference.keys(columns)),
                ColumnReference.needs("countBy", columns),
                rows -> new ColumnNames(rows, List.of("count")).takeColumns("countBy", rows, columns),
                rows -> rows.groupBy(ColumnReference.in(rows, columns)).count());
    }

    /**
     * Keeps the first row of each combination of {@code columns}, or of all columns if none is named. Out: all columns.
     * The state grows forever, unless one of the columns has a watermark.
     */
    public static Transform dropDuplicates(String... columns) {
        return dropDuplicates(allRequired("dropDuplicates", "columns", columns));
    }

    /** As {@link #dropDuplicates(String...)}. */
    public static Transform dropDuplicates(List<String> columns) {
        List<String> names = allRequired("dropDuplicates", "columns", columns);
        return Step.of(
                Call.of("dropDuplicates", names),
                ColumnNeed.whole("dropDuplicates", names),
                rows -> names.isEmpty() ? rows.dropDuplicates() : rows.dropDuplicates(names.toArray(String[]::new)));
    }

    /**
     * Keeps the first row of each combination of {@code columns}, or of all columns if none is named, and forgets it
     * once the watermark has passed its time by the delay: later duplicates come through. Needs {@link #withWatermark}
     * before it, and a stream. Out: all columns.
     */
    public static Transform dropDuplicatesWithinWatermark(String... columns) {
        return dropDuplicatesWithinWatermark(allRequired("dropDuplicatesWithinWatermark", "columns", columns));
    }

    /** As {@link #dropDuplicatesWithinWatermark(String...)}. */
    public static Transform dropDuplicatesWithinWatermark(List<String> columns) {
        List<String> names = allRequired("dropDuplicatesWithinWatermark", "columns", columns);
        return Step.of(
                Call.of("dropDuplicatesWithinWatermark", names),
                ColumnNeed.whole("dropDuplicatesWithinWatermark", names),
                rows -> names.isEmpty()
                        ? rows.dropDuplicatesWithinWatermark()
                        : rows.dropDuplicatesWithinWatermark(names.toArray(String[]::new)));
    }

    /**
     * Keeps {@code columns}, in this order. A path such as {@code item.sku} takes the field of a struct, whose name is
     * that of the new column.
     */
    public static Transform select(String... columns) {
        return selecting(ColumnReference.named(allRequired("select", "columns", columns)));
    }

    /** As {@link #select(String...)}. */
    public static Transform select(List<String> columns) {
        return selecting(ColumnReference.named(allRequired("select", "columns", columns)));
    }

    /** Out: these expressions, such as {@code col("price").multiply(col("pieces")).as("total")}. */
    public static Transform select(Column... columns) {
        return selecting(ColumnReference.of(allRequired("select", "columns", columns)));
    }

    private static Transform selecting(List<ColumnReference> columns) {
        if (columns.isEmpty()) {
            throw new IllegalArgumentException("select(): name at least one column.");
        }
        return Step.of(
                Call.described(Call.of("select", columns).text(), "select", ColumnReference.keys(columns)),
                ColumnReference.needs("select", columns),
                rows -> new ColumnNames(rows, List.of()).takeColumns("select", rows, columns),
                rows -> rows.select(ColumnReference.in(rows, columns)));
    }

    /** Out: all columns, and {@code column} under {@code name}, in place of a column of that name if there is one. */
    public static Transform withColumn(String name, Column column) {
        required("withColumn", "name", name);
        required("withColumn", "column", column);
        return Step.of(
                Call.of("withColumn", name, column),
                List.of(),
                rows -> Stream.of(
                                ColumnNames.problemOfPath("withColumn", name, rows),
                                ColumnNames.problemOfWatermark("withColumn", name, rows))
                        .flatMap(Optional::stream)
                        .toList(),
                rows -> rows.withColumn(name, column));
    }

    /** As {@link #withColumn(String, Column)}, with an expression in Spark's SQL such as {@code price * pieces}. */
    public static Transform withColumn(String name, String expression) {
        required("withColumn", "name", name);
        return withColumn(name, parsed("withColumn", expression));
    }

    /** Out: all columns but these. */
    public static Transform drop(String... columns) {
        return drop(allRequired("drop", "columns", columns));
    }

    /** As {@link #drop(String...)}. */
    public static Transform drop(List<String> columns) {
        List<String> names = allRequired("drop", "columns", columns);
        if (names.isEmpty()) {
            throw new IllegalArgumentException("drop(): name at least one column.");
        }
        return Step.of(
                Call.of("drop", names),
                ColumnNeed.whole("drop", names),
                rows -> rows.drop(names.toArray(String[]::new)));
    }

    /**
     * A row for each element of an array, or for each entry of a map as a struct of {@code key} and {@code value}. Out:
     * all columns but the array, and {@code name}, the element; {@code name} may be that of the array. A struct that
     * the array is a field of stays. A row whose array is empty or NULL is dropped.
     */
    public static Transform explode(String column, String name) {
        return new Explode("explode", required("explode", "column", column), required("explode", "name", name), false)
                .step();
    }

    /** As {@link #explode}, but a row whose array is empty or NULL stays, with NULL for the element. */
    public static Transform explodeOuter(String column, String name) {
        return new Explode(
                        "explodeOuter",
                        required("explodeOuter", "column", column),
                        required("explodeOuter", "name", name),
                        true)
                .step();
    }

    /**
     * Adds the rows of {@code other}, by the names of the columns, which have to be the same with the same types; their
     * order may differ. Both are streams, or both are batches. For a pipeline see {@link Sources#union}.
     */
    public static Transform union(Dataset<Row> other) {
        return Union.with(required("union", "other", other));
    }

    /**
     * Each row with the row of {@code table} that has the same {@code keys}; none without one, several if there are
     * several. In: the keys, of the same types as in the table. Out, as from Spark's join: the keys, the other columns,
     * the other columns of the table, whose names must differ. NULL is equal to nothing. The table is a batch; if it is
     * of files, their list is read once, and JDBC is read again by each micro-batch.
     */
    public static Transform join(Dataset<Row> table, String... keys) {
        return TableJoin.inner(allRequired("join", "keys", keys)).with(table);
    }

    /** As {@link #join(Dataset, String...)}. */
    public static Transform join(Dataset<Row> table, List<String> keys) {
        return TableJoin.inner(allRequired("join", "keys", keys)).with(table);
    }

    /**
     * As {@link #join(Dataset, String...)}, for a pipeline that has no session yet: {@code table} makes the table, such
     * as {@code spark -> spark.read().parquet("customers")}. It is called more than once for each check and each start.
     */
    public static Transform join(Function<SparkSession, Dataset<Row>> table, String... keys) {
        return TableJoin.inner(allRequired("join", "keys", keys)).with(table);
    }

    /** As {@link #join(Function, String...)}. */
    public static Transform join(Function<SparkSession, Dataset<Row>> table, List<String> keys) {
        return TableJoin.inner(allRequired("join", "keys", keys)).with(table);
    }

    /** As {@link #join(Dataset, String...)}, but a row without one in the table stays, with NULL in its columns. */
    public static Transform leftJoin(Dataset<Row> table, String... keys) {
        return TableJoin.left(allRequired("leftJoin", "keys", keys)).with(table);
    }

    /** As {@link #leftJoin(Dataset, String...)}. */
    public static Transform leftJoin(Dataset<Row> table, List<String> keys) {
        return TableJoin.left(allRequired("leftJoin", "keys", keys)).with(table);
    }

    /** As {@link #leftJoin(Dataset, String...)}, with a table as {@link #join(Function, String...)} takes it. */
    public static Transform leftJoin(Function<SparkSession, Dataset<Row>> table, String... keys) {
        return TableJoin.left(allRequired("leftJoin", "keys", keys)).with(table);
    }

    /** As {@link #leftJoin(Function, String...)}. */
    public static Transform leftJoin(Function<SparkSession, Dataset<Row>> table, List<String> keys) {
        return TableJoin.left(allRequired("leftJoin", "keys", keys)).with(table);
    }

    /**
     * A join with another stream on columns that both have; {@link StreamJoin} says with which bound of time.
     *
     * @param other the other stream, with its steps: {@code payments.via(withWatermark("paid_at", delay))}
     */
    public static StreamJoin joinStream(Source other, String... keys) {
        return StreamJoin.of(other, allRequired("joinStream", "keys", keys));
    }

    /** As {@link #joinStream(Source, String...)}. */
    public static StreamJoin joinStream(Source other, List<String> keys) {
        return StreamJoin.of(other, allRequired("joinStream", "keys", keys));
    }

    /** As {@link #joinStream(Source, String...)}, with a {@code Dataset} of a job of your own. */
    public static StreamJoin joinStream(Dataset<Row> other, String... keys) {
        notNull("joinStream(other, keys)", other, keys);
        return StreamJoin.of(Sources.of(other), allRequired("joinStream", "keys", keys));
    }

    /** As {@link #joinStream(Dataset, String...)}. */
    public static StreamJoin joinStream(Dataset<Row> other, List<String> keys) {
        notNull("joinStream(other, keys)", other, keys);
        return StreamJoin.of(Sources.of(other), allRequired("joinStream", "keys", keys));
    }

    /**
     * Puts {@code value} in place of each NULL of a column. Out: all columns. A value that the type of the column
     * cannot hold as it is, such as a text for a number or 1.5 for an integer, is refused.
     *
     * @param value a text, a number, a boolean or a time
     */
    public static Transform fillNulls(String column, Object value) {
        return new FillNulls(required("fillNulls", "column", column), required("fillNulls", "value", value)).step();
    }

    /** Keeps the rows for which {@code condition} is true. Out: all columns. */
    public static Transform where(Column condition) {
        return new Filter(required("where", "condition", condition));
    }

    /** Keeps the rows for which {@code condition}, in Spark's SQL, is true. Out: all columns. */
    public static Transform where(String condition) {
        return where(parsed("where", condition));
    }

    /** Renames a column. Out: all columns, in the same order. */
    public static Transform rename(String column, String name) {
        required("rename", "column", column);
        required("rename", "name", name);
        return Step.of(
                Call.of("rename", column, name),
                List.of(ColumnNeed.whole("rename", column)),
                rows -> Stream.concat(
                                ColumnNames.problemOfPath("rename", name, rows).stream(),
                                new ColumnNames(rows, ColumnNames.others(rows, column))
                                                .take(
                                                        "rename",
                                                        List.of(name),
                                                        "Rename or leave out the other one in an earlier step.")
                                                .stream())
                        .toList(),
                rows -> rows.withColumnRenamed(column, name));
    }

    /**
     * Changes the type of a column, as Spark's {@code cast}: in ANSI mode, the default of Spark 4, a value that does
     * not convert ends the query. Without it a text that does not convert is NULL, and a number that does not fit is
     * changed: 300 as {@code tinyint} is 44. {@link #tryCast(String, DataType)} gives NULL for each of them.
     */
    public static Transform cast(String column, DataType type) {
        return cast("cast", column, type, Column::cast);
    }

    /**
     * Changes the type of a column, as Spark's {@code try_cast}: what does not convert is NULL, in every mode, by the
     * rules of ANSI mode. So {@code '1.5'} as an integer is NULL, and so is a number that would overflow.
     */
    public static Transform tryCast(String column, DataType type) {
        return cast("tryCast", column, type, SparkLine::tryCast);
    }

    /** As {@link #tryCast(String, DataType)}, with a type of Spark's SQL such as {@code decimal(10,2)}. */
    public static Transform tryCast(String column, String type) {
        return tryCast(column, parsed("tryCast", column, type));
    }

    private static Transform cast(
            String call, String column, DataType type, BiFunction<Column, DataType, Column> cast) {
        required(call, "column", column);
        required(call, "type", type);
        return Step.of(
                Call.of(call, column, type),
                List.of(ColumnNeed.whole(call, column)),
                rows -> isOfType(rows, column, type)
                        ? List.of()
                        : ColumnNames.problemOfWatermark(call, column, rows).stream()
                                .toList(),
                rows -> isOfType(rows, column, type)
                        ? rows
                        : rows.withColumn(column, cast.apply(Columns.named(rows, column), type)));
    }

    /** As {@link #cast(String, DataType)}, with a type of Spark's SQL such as {@code decimal(10,2)}. */
    public static Transform cast(String column, String type) {
        return cast(column, parsed("cast", column, type));
    }

    private static DataType parsed(String call, String column, String type) {
        required(call, "column", column);
        return TypeNames.parsed(call + "(" + column + ", " + type + ")", required(call, "type", type));
    }

    /** Rows as Kafka takes them. Out: {@code value}, a JSON document of {@code columns}, or of all if none is named. */
    public static ToJson toJson(String... columns) {
        return new ToJson(allRequired("toJson", "columns", columns), Optional.empty());
    }

    /** As {@link #toJson(String...)}. */
    public static ToJson toJson(List<String> columns) {
        return new ToJson(allRequired("toJson", "columns", columns), Optional.empty());
    }

    /** A step of your own, under a name that {@link Pipeline#describe()} shows. */
    public static Transform of(String description, UnaryOperator<Dataset<Row>> step) {
        required("of", "description", description);
        required("of", "step", step);
        return Step.of(Call.described(description, description, step), List.of(), step);
    }

    private static boolean isOfType(Dataset<Row> rows, String column, DataType type) {
        return Columns.find(rows, column)
                .filter(field -> field.dataType().equals(type))
                .isPresent();
    }

    private static Column parsed(String call, String expression) {
        required(call, "expression", expression);
        Column parsed;
        boolean named;
        try {
            parsed = functions.expr(expression);
            // Spark 4 parses it only here.
            named = ColumnExpressions.isNamed(parsed);
        } catch (Exception e) { // Scala does not declare Spark's ParseException.
            throw new IllegalArgumentException(
                    call + "(" + expression + "): this is not an expression of Spark's SQL. Write it as in a SELECT,"
                            + " such as price * pieces.",
                    e);
        }
        if (named) {
            throw new IllegalArgumentException(call + "(" + expression + "): this gives its result a name, which has no"
                    + " effect here. Leave the name out, or write the operator that is missing.");
        }
        return parsed;
    }
}
