package io.millrace.sinks;

import static io.millrace.core.internal.Arguments.notNull;

import io.millrace.core.BatchSink;
import io.millrace.core.PlannedQuery;
import io.millrace.core.Problem;
import io.millrace.core.internal.CheckpointFiles;
import io.millrace.core.internal.Columns;
import io.millrace.core.internal.EmptyRows;
import io.millrace.core.internal.Errors;
import io.millrace.core.internal.FileFormatOptions;
import io.millrace.core.internal.Finding;
import io.millrace.core.internal.LocalPaths;
import io.millrace.core.internal.OptionNames;
import io.millrace.core.internal.Options;
import io.millrace.core.internal.json.JsonDocument;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * Adds each micro-batch to a directory as files of one format. Needs append mode, micro-batches and a checkpoint.
 * Exactly once for readers that use Spark, which reads the log in {@code _spark_metadata}; any other reader may see
 * files of a batch that failed. One query for each directory. Immutable: every call returns a copy.
 *
 * <pre>{@code Sinks.parquet("s3a://bucket/hits").partitionBy("day").option("compression", "zstd")}</pre>
 */
public final class FileSink implements BatchSink {
    private static final String NOUN = "a file sink";

    private final String format;
    private final String path;
    private final List<String> partitionBy;
    private final Options options;

    private FileSink(String format, String path, List<String> partitionBy, Options options) {
        this.format = format;
        this.path = path;
        this.partitionBy = List.copyOf(partitionBy);
        this.options = options;
    }

    static FileSink of(String format, java.nio.file.Path directory) {
        return of(format, LocalPaths.text(format, directory));
    }

    static FileSink of(String format, String path) {
        notNull(format + "(path)", path);
        if (path.isBlank()) {
            throw new IllegalArgumentException(
                    format + "(\"" + path + "\"): the path is blank. Name the directory to write to.");
        }
        return new FileSink(format, path, List.of(), Options.NONE);
    }

    /** The columns whose values become directories, such as {@code day=2026-01-01}; they are not in the files. */
    public FileSink partitionBy(String... columns) {
        notNull("partitionBy(columns)", (Object) columns);
        return partitionBy(List.of(columns));
    }

    /** The columns whose values become directories, such as {@code day=2026-01-01}; they are not in the files. */
    public FileSink partitionBy(List<String> columns) {
        notNull("partitionBy(columns)", columns);
        if (Set.copyOf(columns).size() < columns.size()) {
            throw new IllegalArgumentException(
                    "partitionBy(" + String.join(", ", columns) + "): a column is named twice. Name it once.");
        }
        return new FileSink(format, path, columns, options);
    }

    /** An option of Spark's writer of this format, such as {@code compression} or {@code header}. */
    public FileSink option(String key, String value) {
        notNull("option(key, value)", key, value);
        return new FileSink(format, path, partitionBy, options.with(key, value));
    }

    /** As {@link #option(String, String)}. */
    public FileSink option(String key, boolean value) {
        return option(key, Boolean.toString(value));
    }

    /** As {@link #option(String, String)}. */
    public FileSink option(String key, long value) {
        return option(key, Long.toString(value));
    }

    /** As {@link #option(String, String)}. */
    public FileSink option(String key, double value) {
        return option(key, Double.toString(value));
    }

    /** As {@link #option(String, String)}. */
    public FileSink option(String key, float value) {
        return option(key, Float.toString(value));
    }

    /** As {@link #option(String, String)}, such as a separator. */
    public FileSink option(String key, char value) {
        return option(key, Character.toString(value));
    }

    @Override
    public DataStreamWriter<Row> write(Dataset<Row> rows) {
        notNull("write(rows)", rows);
        DataStreamWriter<Row> writer = rows.writeStream().format(format).options(allOptions(rows));
        return partitionBy.isEmpty() ? writer : writer.partitionBy(partitionBy.toArray(String[]::new));
    }

    @Override
    public VoidFunction2<Dataset<Row>, Long> batchesOf(Dataset<Row> stream) {
        notNull("batchesOf(stream)", stream);
        return (rows, batchId) -> {
            if (latestBatch(rows.sparkSession()) < batchId && EmptyRows.are(rows)) {
                SparkFileSink.addBatchWithoutFiles(rows.sparkSession(), batchId, allOptions(rows));
            } else if (latestBatch(rows.sparkSession()) < batchId) {
                SparkFileSink.addBatch(rows, batchId, format, allOptions(rows), partitionBy);
            } else {
                SeveralBatches.compute(rows);
            }
        };
    }

    @Override
    public List<Problem> check(PlannedQuery query) {
        notNull("check(query)", query);
        List<Problem> problems = new ArrayList<>(Stream.of(
                        query.problemUnlessAppend(NOUN),
                        query.problemIfContinuous(NOUN),
                        query.problemWithoutCheckpoint(NOUN))
                .flatMap(Optional::stream)
                .toList());
        problems.addAll(Finding.all(
                OptionNames.unknown(format, options.asMap().keySet(), FileFormatOptions.ofWriter(format)),
                Problem::new));
        FileOptions.retention(options.asMap()).forEach(problems::add);
        problems.addAll(FileOptions.problems(format, options.asMap()));
        query.rows().ifPresent(rows -> problems.addAll(problemsOf(rows)));
        directoryProblem(query).ifPresent(problems::add);
        return problems;
    }

    /** Format, directory, partition columns and options. */
    @Override
    public List<String> targets() {
        return List.of(format + " files in " + Options.shown(path));
    }

    @Override
    public String describe() {
        return format + " files in " + Options.shown(path)
                + (partitionBy.isEmpty() ? "" : ", partitioned by " + String.join(", ", partitionBy))
                + (options.isEmpty() ? "" : ", options " + options);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FileSink sink
                && format.equals(sink.format)
                && path.equals(sink.path)
                && partitionBy.equals(sink.partitionBy)
                && options.equals(sink.options);
    }

    @Override
    public int hashCode() {
        return Objects.hash(format, path, partitionBy, options);
    }

    /** As {@link #describe()}. */
    @Override
    public String toString() {
        return describe();
    }

    private Map<String, String> allOptions(Dataset<Row> rows) {
        return Options.NONE
                .with(FileOptions.defaults(format, rows.sparkSession()))
                .with(options.asMap())
                .with("path", path)
                .asMap();
    }

    private List<Problem> problemsOf(Dataset<Row> rows) {
        List<Problem> problems = new ArrayList<>();
        for (String name : partitionBy) {
            Optional<StructField> field = Columns.find(rows, name);
            if (field.isEmpty()) {
                problems.add(Columns.missing("partitionBy", name, rows).as(Problem::new));
            } else {
                nameless(field.get())
                        .or(() -> localTime(field.get(), rows.sparkSession()))
                        .ifPresent(problems::add);
            }
        }
        StructType inFiles = inFiles(rows);
        if (inFiles.isEmpty()) {
            problems.add(new Problem(
                    "partitionBy",
                    String.join(", ", partitionBy),
                    "no column is left for the files",
                    "Leave out at least one."));
        } else {
            if (format.equals("json")) {
                JsonDocument.problem("json", inFiles)
                        .map(problem -> problem.as(Problem::new))
                        .ifPresent(problems::add);
            }
            SparkFileSink.refusal(rows.sparkSession(), format, options.asMap(), inFiles)
                    .ifPresent(refused -> problems.add(new Problem(
                            format,
                            Options.shown(path),
                            Errors.clause(refused.getMessage()),
                            "Change the columns or the option.")));
        }
        return problems;
    }

    /** Spark writes such columns, and cannot read them back. */
    private static Optional<Problem> nameless(StructField field) {
        String type = field.dataType().catalogString();
        boolean nameless = field.dataType() instanceof StructType
                || field.dataType() instanceof ArrayType
                || field.dataType() instanceof MapType
                || type.equals("variant")
                || type.equals("interval")
                || type.startsWith("geo");
        if (type.contains(" collate ")) {
            return Optional.of(new Problem(
                    "partitionBy",
                    field.name(),
                    "the column is " + type + ", and texts that it holds for equal would name several directories",
                    "Cast it to string."));
        }
        return nameless
                ? Optional.of(new Problem(
                        "partitionBy",
                        field.name(),
                        "the column is " + field.dataType().simpleString() + ", which cannot name a directory",
                        "Name a column of a simple type."))
                : Optional.empty();
    }

    /** A directory has the local time of the zone as its name, which two instants share when its clocks go back. */
    private Optional<Problem> localTime(StructField field, SparkSession session) {
        String zone = options.asMap().getOrDefault("timeZone", session.conf().get("spark.sql.session.timeZone"));
        boolean ambiguous = field.dataType() instanceof TimestampType && !SparkFileSink.isFixedOffset(zone);
        return ambiguous
                ? Optional.of(new Problem(
                        "partitionBy",
                        field.name(),
                        "a directory would be named by the local time of " + zone
                                + ", which two instants share when its clocks go back",
                        "Partition by a date or a string, or set option(\"timeZone\", \"UTC\") here and for the"
                                + " reader."))
                : Optional.empty();
    }

    private StructType inFiles(Dataset<Row> rows) {
        List<StructField> fields = new ArrayList<>(List.of(rows.schema().fields()));
        partitionBy.forEach(name -> Columns.find(rows, name).ifPresent(fields::remove));
        return new StructType(fields.toArray(StructField[]::new));
    }

    /** Spark takes a batch as written if the directory has its id, from whichever query, and drops its rows. */
    private Optional<Problem> directoryProblem(PlannedQuery query) {
        if (query.rows().isEmpty() || query.checkpointLocation().isEmpty()) {
            return Optional.empty();
        }
        try {
            return lostBatches(query);
        } catch (IOException | RuntimeException unreachable) {
            return Optional.of(new Problem(
                    format,
                    Options.shown(path),
                    "the directory cannot be read (" + Errors.nameOf(unreachable) + ")",
                    "Check the path, its file system and its permissions."));
        }
    }

    /** The last batch that Spark has logged in the directory; -1 if there is none. */
    private long latestBatch(SparkSession session) throws IOException {
        return CheckpointFiles.latestBatch(session, new Path(path, "_spark_metadata"))
                .orElse(-1L);
    }

    private Optional<Problem> lostBatches(PlannedQuery query) throws IOException {
        var session = query.rows().orElseThrow().sparkSession();
        long written = latestBatch(session);
        long started = CheckpointFiles.latestBatch(
                        session, new Path(query.checkpointLocation().orElseThrow(), "offsets"))
                .orElse(-1L);
        return written <= started
                ? Optional.empty()
                : Optional.of(new Problem(
                        format,
                        Options.shown(path),
                        "another query or checkpoint has written batches up to " + written
                                + " there, and Spark would silently drop those of this query up to that one",
                        "Name a directory of its own for this query, or use the checkpoint that wrote there."));
    }
}
