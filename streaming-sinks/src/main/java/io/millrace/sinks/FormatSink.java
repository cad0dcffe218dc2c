package io.millrace.sinks;

import static io.millrace.core.internal.Arguments.notNull;

import io.millrace.core.BatchSink;
import io.millrace.core.PlannedQuery;
import io.millrace.core.Problem;
import io.millrace.core.internal.Options;
import io.millrace.core.internal.SparkFormats;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.jspecify.annotations.Nullable;

/**
 * Any format that Spark finds by its name: one of its own, or that of a connector on the class path. Output modes,
 * triggers and the effect of a rerun depend on the format; only what Spark itself knows about it is checked. Immutable:
 * every call returns a copy.
 *
 * <pre>{@code Sinks.format("delta").option("path", "s3a://bucket/hits").partitionBy("day")}</pre>
 */
public final class FormatSink implements BatchSink {
    /** Options that name where rows go, in the formats that are in use. */
    private static final Set<String> PLACES = Set.of("path", "table", "topic", "dbtable", "url");

    private final String format;
    private final Options options;
    private final List<String> partitionBy;

    FormatSink(String format, Options options, List<String> partitionBy) {
        this.format = format;
        this.options = options;
        this.partitionBy = partitionBy;
    }

    /** An option of the format. Spark's plans and logs may show it, so it must not be a secret. */
    public FormatSink option(String key, String value) {
        notNull("option(key, value)", key, value);
        return new FormatSink(format, options.with(key, value), partitionBy);
    }

    /** As {@link #option(String, String)}. */
    public FormatSink option(String key, boolean value) {
        return option(key, Boolean.toString(value));
    }

    /** As {@link #option(String, String)}. */
    public FormatSink option(String key, long value) {
        return option(key, Long.toString(value));
    }

    /** As {@link #option(String, String)}. */
    public FormatSink option(String key, double value) {
        return option(key, Double.toString(value));
    }

    /** As {@link #option(String, String)}. */
    public FormatSink option(String key, float value) {
        return option(key, Float.toString(value));
    }

    /** As {@link #option(String, String)}, such as a separator. */
    public FormatSink option(String key, char value) {
        return option(key, Character.toString(value));
    }

    /** The columns that the format partitions by. */
    public FormatSink partitionBy(String... columns) {
        notNull("partitionBy(columns)", (Object) columns);
        return partitionBy(List.of(columns));
    }

    /** The columns that the format partitions by. */
    public FormatSink partitionBy(List<String> columns) {
        notNull("partitionBy(columns)", columns);
        return new FormatSink(format, options, List.copyOf(columns));
    }

    @Override
    public DataStreamWriter<Row> write(Dataset<Row> rows) {
        notNull("write(rows)", rows);
        DataStreamWriter<Row> writer = rows.writeStream().format(format).options(options.asMap());
        return partitionBy.isEmpty() ? writer : writer.partitionBy(partitionBy.toArray(String[]::new));
    }

    /** Uses the format's writer of batches, which does not know batch ids: a rerun writes the rows again. */
    @Override
    public VoidFunction2<Dataset<Row>, Long> batchesOf(Dataset<Row> stream) {
        notNull("batchesOf(stream)", stream);
        return (rows, batchId) -> {
            DataFrameWriter<Row> writer =
                    rows.write().format(format).options(options.asMap()).mode(SaveMode.Append);
            (partitionBy.isEmpty() ? writer : writer.partitionBy(partitionBy.toArray(String[]::new))).save();
        };
    }

    @Override
    public List<Problem> check(PlannedQuery query) {
        notNull("check(query)", query);
        return query.rows()
                .map(rows -> StreamingFormat.named(rows.sparkSession(), format)
                        .map(found -> problems(query, found))
                        .orElseGet(() -> List.of(new Problem(
                                "format",
                                format,
                                "this format is not on the class path",
                                "Check the name, or add the connector's jar to the job."))))
                .orElse(List.of());
    }

    /** Format, partition columns and options. */
    @Override
    public List<String> targets() {
        String place = options.asMap().entrySet().stream()
                .filter(option -> PLACES.contains(option.getKey().toLowerCase(Locale.ROOT)))
                .map(option -> " " + Options.shown(option.getValue()))
                .collect(Collectors.joining());
        return List.of("format " + format + place);
    }

    @Override
    public String describe() {
        return "format " + format
                + (partitionBy.isEmpty() ? "" : ", partitioned by " + String.join(", ", partitionBy))
                + (options.isEmpty() ? "" : ", options " + options);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FormatSink sink
                && format.equals(sink.format)
                && options.equals(sink.options)
                && partitionBy.equals(sink.partitionBy);
    }

    @Override
    public int hashCode() {
        return Objects.hash(format, options, partitionBy);
    }

    /** As {@link #describe()}. */
    @Override
    public String toString() {
        return describe();
    }

    private List<Problem> problems(PlannedQuery query, StreamingFormat found) {
        return switch (found) {
            case NONE ->
                List.of(new Problem(
                        "format",
                        format,
                        "Spark cannot write a stream to it",
                        "Write its micro-batches: foreachBatch((rows, batchId) -> rows.write().format(\"" + format
                                + "\")...save())."));
            case FILES ->
                Stream.of(
                                query.problemUnlessAppend("format " + format).stream(),
                                query.problemIfContinuous("format " + format).stream(),
                                checkpoint(query),
                                path(),
                                FileOptions.retention(options.asMap()))
                        .flatMap(problem -> problem)
                        .toList();
            case OLD_SINK ->
                Stream.concat(query.problemIfContinuous("format " + format).stream(), checkpoint(query))
                        .toList();
            case TABLE -> checkpoint(query).toList();
        };
    }

    private Stream<Problem> checkpoint(PlannedQuery query) {
        return SparkFormats.runsWithoutCheckpoint(format.toLowerCase(Locale.ROOT))
                ? Stream.empty()
                : query.problemWithoutCheckpoint("format " + format).stream();
    }

    private Stream<Problem> path() {
        return options.asMap().containsKey("path")
                ? Stream.empty()
                : Stream.of(new Problem("option", "path", "files need a directory", "Call option(\"path\", ...)."));
    }
}
