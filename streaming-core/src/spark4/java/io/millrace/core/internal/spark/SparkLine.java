package io.millrace.core.internal.spark;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.spark.SparkThrowable;
import org.apache.spark.executor.InputMetrics;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.LocalRelation;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.TransformWithState;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.classic.ColumnNodeToExpressionConverter$;
import org.apache.spark.sql.classic.ExpressionUtils;
import org.apache.spark.sql.classic.StreamingQueryManager;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.execution.datasources.DataSource;
import org.apache.spark.sql.execution.datasources.FileFormat;
import org.apache.spark.sql.execution.datasources.jdbc.JdbcUtils;
import org.apache.spark.sql.execution.datasources.jdbc.JdbcUtils$;
import org.apache.spark.sql.execution.streaming.Sink;
import org.apache.spark.sql.execution.streaming.runtime.StreamingRelation;
import org.apache.spark.sql.execution.streaming.sinks.FileStreamSink;
import org.apache.spark.sql.execution.streaming.sinks.FileStreamSinkLog;
import org.apache.spark.sql.execution.streaming.sinks.SinkFileStatus;
import org.apache.spark.sql.jdbc.JdbcDialects;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.TimeMode;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.types.variant.Variant;
import org.apache.spark.types.variant.VariantBuilder;
import org.apache.spark.unsafe.types.VariantVal;
import org.apache.spark.util.Clock;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.collection.Iterator;
import scala.collection.immutable.Map$;
import scala.collection.immutable.Seq;

/** What Spark does not publish and what differs between its lines: for Spark 4.1 and 4.2, with Scala 2.13. */
public final class SparkLine {
    /** The options of the file source that Spark 3.5 does not have. */
    public static final Set<String> FILE_SOURCE_OPTIONS =
            Set.of("maxBytesPerTrigger", "maxCachedFiles", "discardCachedInputRatio");

    /** The options of the Kafka source that Spark 3.5 does not have. */
    public static final Set<String> KAFKA_SOURCE_OPTIONS = Set.of("maxRecordsPerPartition");

    /** Whether a quoted name in the path of a JSON function may have a question mark; if not, nothing is found. */
    public static final boolean QUESTION_MARK_IN_PATH = true;

    /** The sources that the trigger for available rows reads in one micro-batch, as Spark names them. */
    public static final Set<String> AVAILABLE_NOW_IN_ONE_BATCH = Set.of("rate", "socket");

    /** Whether a checkpoint keeps the number of shuffle partitions for queries with state alone. */
    public static final boolean KEEPS_PARTITIONS_FOR_STATE_ALONE = true;

    /** Whether a query without state refuses a checkpoint that has some. */
    public static final boolean REFUSES_TO_DROP_STATE = true;

    /** The stateful operators that the other lines do not have. */
    public static final List<Class<? extends LogicalPlan>> STATEFUL_OF_LINE = List.of(TransformWithState.class);

    private SparkLine() {}

    /** Spark's name for the kind of an error; empty if it has none. */
    public static String condition(SparkThrowable error) {
        return Objects.requireNonNullElse(error.getCondition(), "");
    }

    public static Column column(Expression expression) {
        return ExpressionUtils.column(expression);
    }

    public static Expression expression(Column column) {
        return ColumnNodeToExpressionConverter$.MODULE$.apply(column.node());
    }

    /** Rows of a plan. */
    public static Dataset<Row> rows(SparkSession spark, LogicalPlan plan) {
        return org.apache.spark.sql.classic.Dataset.ofRows((org.apache.spark.sql.classic.SparkSession) spark, plan);
    }

    /** Rows in Spark's internal form, with these columns. */
    public static Dataset<Row> rows(SparkSession spark, RDD<InternalRow> rows, StructType columns) {
        return ((org.apache.spark.sql.classic.SparkSession) spark).internalCreateDataFrame(rows, columns, false);
    }

    /** A plan that has {@code rows}. */
    public static LogicalPlan relation(Seq<Attribute> columns, List<InternalRow> rows) {
        return new LocalRelation(columns, ScalaCollections.seq(rows), false, Option.empty());
    }

    /** Spark's sink of files, which logs the batches that wrote them. {@code path} is absolute. */
    public static Sink fileSink(
            SparkSession spark, String path, FileFormat format, List<String> partitionBy, Map<String, String> options) {
        return new FileStreamSink(
                (org.apache.spark.sql.classic.SparkSession) spark,
                path,
                format,
                ScalaCollections.seq(partitionBy),
                ScalaCollections.immutableMap(options));
    }

    /** Logs a batch without files as Spark's sink of files in {@code path} does; {@code retention} in milliseconds. */
    public static void addBatchWithoutFiles(SparkSession spark, String path, Option<Object> retention, long batch) {
        new FileStreamSinkLog(
                        FileStreamSinkLog.VERSION(),
                        (org.apache.spark.sql.classic.SparkSession) spark,
                        path + "/" + FileStreamSink.metadataDir(),
                        retention)
                .add(batch, new SinkFileStatus[0]);
    }

    /** Adds a part to the analysis of every query of the sessions that are made of {@code session} from now on. */
    public static void addResolutionRule(SparkSession session, Function<SparkSession, Rule<LogicalPlan>> rule) {
        ((org.apache.spark.sql.classic.SparkSession) session).extensions().injectResolutionRule(rule::apply);
    }

    /** The same, when everything else is resolved. */
    public static void addPostHocResolutionRule(SparkSession session, Function<SparkSession, Rule<LogicalPlan>> rule) {
        ((org.apache.spark.sql.classic.SparkSession) session).extensions().injectPostHocResolutionRule(rule::apply);
    }

    /** The source that {@code node} reads, if it is one of Spark's first interface, such as files. */
    public static Optional<DataSource> sourceOf(LogicalPlan node) {
        return node instanceof StreamingRelation relation ? Optional.of(relation.dataSource()) : Optional.empty();
    }

    /** The bytes of a variant; 0 for any other value. */
    public static long variantBytes(Object value) {
        return value instanceof VariantVal variant
                ? (long) variant.getValue().length + variant.getMetadata().length
                : 0;
    }

    /** Starts a query without a name that writes to {@code sink}, a {@link Sink} as well, by a clock of the caller. */
    public static StreamingQuery start(Dataset<Row> rows, OutputMode mode, String checkpoint, Table sink, Clock clock)
            throws TimeoutException {
        List<Object> arguments = new ArrayList<>(Arrays.asList(
                Option.empty(),
                Option.apply(checkpoint),
                rows,
                Map$.MODULE$.empty(),
                sink,
                mode,
                false,
                true,
                Trigger.ProcessingTime(1),
                clock,
                Option.empty(),
                Option.empty()));
        Method start = Arrays.stream(StreamingQueryManager.class.getMethods())
                .filter(method -> method.getName().equals("startQuery"))
                .findFirst()
                .orElseThrow();
        if (start.getParameterCount() > arguments.size()) {
            // Spark 4.2 takes the name of the sink after that of the query.
            arguments.add(1, Option.empty());
        }
        try {
            return (StreamingQuery) start.invoke(rows.sparkSession().streams(), arguments.toArray());
        } catch (InvocationTargetException e) {
            throw sneaky(Objects.requireNonNull(e.getCause()));
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    // Spark's own call declares only TimeoutException, and throws more.
    @SuppressWarnings("unchecked")
    private static <E extends Throwable> RuntimeException sneaky(Throwable error) throws E {
        throw (E) error;
    }

    /** Whether {@code node} has timers of processing time, or state that expires by it. */
    public static boolean timesByClock(LogicalPlan node) {
        return node instanceof TransformWithState function
                && function.timeMode().equals(TimeMode.ProcessingTime());
    }

    /** Whether {@code node} has timers of event time. */
    public static boolean timesByEvents(LogicalPlan node) {
        return node instanceof TransformWithState function
                && function.timeMode().equals(TimeMode.EventTime());
    }

    /** {@code column} as {@code type}; NULL for what does not convert. */
    public static Column tryCast(Column column, DataType type) {
        return column.try_cast(type);
    }

    /** The type of a variant; empty if this Spark has none. */
    public static Optional<DataType> variant() {
        return Optional.of(DataTypes.VariantType);
    }

    /** A variant in Spark's own form, of a JSON document; NULL if it is none, or has two members of one name. */
    public static @Nullable Object variantOf(String json) {
        try {
            Variant variant = VariantBuilder.parseJson(json, false);
            return new VariantVal(variant.getValue(), variant.getMetadata());
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    /** The columns of a result as Spark reads them from such a server; {@code kind} is a URL of its kind. */
    public static StructType jdbcColumns(Connection connection, ResultSet result, String kind) {
        return JdbcUtils.getSchema(connection, result, JdbcDialects.get(kind), true, false);
    }

    /** The rows of a result as Spark reads them. It reuses the object of a row for the next one. */
    public static Iterator<InternalRow> jdbcRows(ResultSet result, String kind, StructType columns) {
        return JdbcUtils$.MODULE$.resultSetToSparkInternalRows(
                result, JdbcDialects.get(kind), columns, new InputMetrics(), Option.empty());
    }
}
