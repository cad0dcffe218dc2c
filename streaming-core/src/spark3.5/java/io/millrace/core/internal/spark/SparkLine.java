package io.millrace.core.internal.spark;

import java.sql.Connection;
import java.sql.ResultSet;
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
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.EvalMode;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.LocalRelation;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.execution.datasources.DataSource;
import org.apache.spark.sql.execution.datasources.FileFormat;
import org.apache.spark.sql.execution.datasources.jdbc.JdbcUtils;
import org.apache.spark.sql.execution.datasources.jdbc.JdbcUtils$;
import org.apache.spark.sql.execution.streaming.FileStreamSink;
import org.apache.spark.sql.execution.streaming.FileStreamSinkLog;
import org.apache.spark.sql.execution.streaming.Sink;
import org.apache.spark.sql.execution.streaming.SinkFileStatus;
import org.apache.spark.sql.execution.streaming.StreamingRelation;
import org.apache.spark.sql.jdbc.JdbcDialects;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.Clock;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.collection.Iterator;
import scala.collection.Seq;
import scala.collection.immutable.Map$;

/** What Spark does not publish and what differs between its lines: for Spark 3.5, with Scala 2.12. */
public final class SparkLine {
    /** The options of the file source that Spark 3.5 does not have. */
    public static final Set<String> FILE_SOURCE_OPTIONS = Set.of();

    /** The options of the Kafka source that Spark 3.5 does not have. */
    public static final Set<String> KAFKA_SOURCE_OPTIONS = Set.of();

    /** Whether a quoted name in the path of a JSON function may have a question mark; if not, nothing is found. */
    public static final boolean QUESTION_MARK_IN_PATH = false;

    /** The sources that the trigger for available rows reads in one micro-batch, as Spark names them. */
    public static final Set<String> AVAILABLE_NOW_IN_ONE_BATCH = Set.of();

    /** Whether a checkpoint keeps the number of shuffle partitions for queries with state alone. */
    public static final boolean KEEPS_PARTITIONS_FOR_STATE_ALONE = false;

    /** Whether a query without state refuses a checkpoint that has some. */
    public static final boolean REFUSES_TO_DROP_STATE = false;

    /** The stateful operators that the other lines do not have. */
    public static final List<Class<? extends LogicalPlan>> STATEFUL_OF_LINE = List.of();

    private SparkLine() {}

    /** Spark's name for the kind of an error; empty if it has none. */
    public static String condition(SparkThrowable error) {
        return Objects.requireNonNullElse(error.getErrorClass(), "");
    }

    public static Column column(Expression expression) {
        return new Column(expression);
    }

    public static Expression expression(Column column) {
        return column.expr();
    }

    /** Rows of a plan. */
    public static Dataset<Row> rows(SparkSession spark, LogicalPlan plan) {
        return Dataset.ofRows(spark, plan);
    }

    /** Rows in Spark's internal form, with these columns. */
    public static Dataset<Row> rows(SparkSession spark, RDD<InternalRow> rows, StructType columns) {
        return spark.internalCreateDataFrame(rows, columns, false);
    }

    /** A plan that has {@code rows}. */
    public static LogicalPlan relation(Seq<Attribute> columns, List<InternalRow> rows) {
        return new LocalRelation(columns, ScalaCollections.seq(rows), false);
    }

    /** Spark's sink of files, which logs the batches that wrote them. {@code path} is absolute. */
    public static Sink fileSink(
            SparkSession spark, String path, FileFormat format, List<String> partitionBy, Map<String, String> options) {
        return new FileStreamSink(
                spark, path, format, ScalaCollections.seq(partitionBy), ScalaCollections.immutableMap(options));
    }

    /** Logs a batch without files as Spark's sink of files in {@code path} does; {@code retention} in milliseconds. */
    public static void addBatchWithoutFiles(SparkSession spark, String path, Option<Object> retention, long batch) {
        new FileStreamSinkLog(FileStreamSinkLog.VERSION(), spark, path + "/" + FileStreamSink.metadataDir(), retention)
                .add(batch, new SinkFileStatus[0]);
    }

    /** Adds a part to the analysis of every query of the sessions that are made of {@code session} from now on. */
    public static void addResolutionRule(SparkSession session, Function<SparkSession, Rule<LogicalPlan>> rule) {
        session.extensions().injectResolutionRule(rule::apply);
    }

    /** The same, when everything else is resolved. */
    public static void addPostHocResolutionRule(SparkSession session, Function<SparkSession, Rule<LogicalPlan>> rule) {
        session.extensions().injectPostHocResolutionRule(rule::apply);
    }

    /** The source that {@code node} reads, if it is one of Spark's first interface, such as files. */
    public static Optional<DataSource> sourceOf(LogicalPlan node) {
        return node instanceof StreamingRelation relation ? Optional.of(relation.dataSource()) : Optional.empty();
    }

    /** The bytes of a variant; 0 for any other value. This line has no variants. */
    public static long variantBytes(Object value) {
        return 0;
    }

    /** Starts a query without a name that writes to {@code sink}, a {@link Sink} as well, by a clock of the caller. */
    public static StreamingQuery start(Dataset<Row> rows, OutputMode mode, String checkpoint, Table sink, Clock clock)
            throws TimeoutException {
        return rows.sparkSession()
                .streams()
                .startQuery(
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
                        Option.empty());
    }

    /** Whether {@code node} has timers of processing time, which this line does not have. */
    public static boolean timesByClock(LogicalPlan node) {
        return false;
    }

    /** Whether {@code node} has timers of event time, which this line does not have. */
    public static boolean timesByEvents(LogicalPlan node) {
        return false;
    }

    /** {@code column} as {@code type}; NULL for what does not convert. */
    public static Column tryCast(Column column, DataType type) {
        return new Column(new Cast(column.expr(), type, Option.empty(), EvalMode.TRY()));
    }

    /** The type of a variant; empty if this Spark has none. */
    public static Optional<DataType> variant() {
        return Optional.empty();
    }

    /** A variant in Spark's own form, of a JSON document; NULL if it is none, or has two members of one name. */
    public static @Nullable Object variantOf(String json) {
        return null; // This line has no variants.
    }

    /** The columns of a result as Spark reads them from such a server; {@code kind} is a URL of its kind. */
    public static StructType jdbcColumns(Connection connection, ResultSet result, String kind) {
        return JdbcUtils.getSchema(result, JdbcDialects.get(kind), true, false);
    }

    /** The rows of a result as Spark reads them. It reuses the object of a row for the next one. */
    public static Iterator<InternalRow> jdbcRows(ResultSet result, String kind, StructType columns) {
        return JdbcUtils$.MODULE$.resultSetToSparkInternalRows(
                result, JdbcDialects.get(kind), columns, new InputMetrics());
    }
}
