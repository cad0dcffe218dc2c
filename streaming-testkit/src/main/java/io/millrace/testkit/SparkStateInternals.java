package io.millrace.testkit;

import io.millrace.core.internal.spark.ScalaCollections;
import io.millrace.core.internal.spark.SparkLine;
import io.millrace.testkit.SparkTraceInternals.GivenRow;
import io.millrace.testkit.SparkTraceInternals.Pair;
import io.millrace.testkit.SparkTraceInternals.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.CurrentBatchTimestamp;
import org.apache.spark.sql.catalyst.expressions.CurrentDate;
import org.apache.spark.sql.catalyst.expressions.CurrentTimestampLike;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.LocalTimestamp;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression$;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.Deduplicate;
import org.apache.spark.sql.catalyst.plans.logical.DeduplicateWithinWatermark;
import org.apache.spark.sql.catalyst.plans.logical.EventTimeWatermark;
import org.apache.spark.sql.catalyst.plans.logical.FlatMapGroupsWithState;
import org.apache.spark.sql.catalyst.plans.logical.Join;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.SubqueryAlias;
import org.apache.spark.sql.streaming.GroupStateTimeout;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.jspecify.annotations.Nullable;

/** The first stateful operator of a query, and the rows that reach it. */
final class SparkStateInternals {
    /** The metadata by which Spark marks a column with a watermark; its value is the delay in milliseconds. */
    private static final String DELAY = "spark.watermarkDelayMs";

    private static final String SESSION = "spark.sessionWindow";

    /** What a stateful operator does. */
    enum Kind {
        AGGREGATION,
        DEDUPLICATION,
        DEDUPLICATION_WITHIN_WATERMARK,
        FUNCTION,
        JOIN
    }

    private final Dataset<Row> query;
    private final LogicalPlan operator;
    private final Kind kind;

    private SparkStateInternals(Dataset<Row> query, LogicalPlan operator, Kind kind) {
        this.query = query;
        this.operator = operator;
        this.kind = kind;
    }

    /** The first stateful operator of {@code query}; empty if it has none. */
    static Optional<SparkStateInternals> of(Dataset<Row> query) {
        LogicalPlan operator = first(query.queryExecution().analyzed());
        return Optional.ofNullable(operator).map(found -> new SparkStateInternals(query, found, kind(found)));
    }

    Kind kind() {
        return kind;
    }

    private static Kind kind(LogicalPlan operator) {
        if (operator instanceof Join) {
            return Kind.JOIN;
        }
        if (operator instanceof Aggregate) {
            return Kind.AGGREGATION;
        }
        if (operator instanceof Deduplicate) {
            return Kind.DEDUPLICATION;
        }
        return operator instanceof DeduplicateWithinWatermark ? Kind.DEDUPLICATION_WITHIN_WATERMARK : Kind.FUNCTION;
    }

    private static @Nullable LogicalPlan first(LogicalPlan plan) {
        for (LogicalPlan child : ScalaCollections.list(plan.children())) {
            LogicalPlan deeper = first(child);
            if (deeper != null) {
                return deeper;
            }
        }
        return keepsState(plan) ? plan : null;
    }

    private static boolean keepsState(LogicalPlan plan) {
        return plan.isStreaming()
                && (plan instanceof Aggregate
                        || plan instanceof Deduplicate
                        || plan instanceof DeduplicateWithinWatermark
                        || plan instanceof FlatMapGroupsWithState
                        || isJoinOfStreams(plan)
                        || SparkLine.STATEFUL_OF_LINE.stream().anyMatch(kind -> kind.isInstance(plan)));
    }

    private static boolean isJoinOfStreams(LogicalPlan plan) {
        return plan instanceof Join join
                && join.left().isStreaming()
                && join.right().isStreaming();
    }

    /** Whether what it emits is the result of the query, save that columns are chosen. */
    boolean emitsTheResult() {
        LogicalPlan plan = query.queryExecution().analyzed();
        while (plan instanceof Project || plan instanceof SubqueryAlias) {
            plan = plan.children().head();
        }
        return plan == operator;
    }

    /** The parts of the query whose rows reach the operator: two for a join. */
    List<Side> sides() {
        return operator instanceof Join join
                ? List.of(new Side(join.left(), operator), new Side(join.right(), operator))
                : List.of(new Side(operator.children().head(), operator));
    }

    /** The names of the columns by which it deduplicates or groups, without a window or event time. */
    List<String> keyNames() {
        return sides().get(0).keyNames();
    }

    /** The event time of its rows, if it is none of the keys by which it deduplicates. */
    Optional<String> timeThatIsNoKey() {
        Attribute time =
                eventTime(ScalaCollections.list(operator.children().head().output()));
        return operator instanceof Deduplicate deduplicate
                        && time != null
                        && ScalaCollections.list(deduplicate.keys()).stream()
                                .noneMatch(key -> key.exprId().equals(time.exprId()))
                ? Optional.of(time.name())
                : Optional.empty();
    }

    /** The join type as SQL writes it, such as {@code LEFT OUTER}. */
    String joinType() {
        return ((Join) operator).joinType().sql();
    }

    /** Whether a row of the join can find its match by its columns and those of the other side alone. */
    boolean joinsBothSides() {
        Join join = (Join) operator;
        return join.condition().isDefined()
                && conjuncts(join.condition().get())
                        .allMatch(part ->
                                part.deterministic() && refersTo(part, join.left()) && refersTo(part, join.right()));
    }

    private static Stream<Expression> conjuncts(Expression condition) {
        return condition instanceof And both
                ? Stream.concat(conjuncts(both.left()), conjuncts(both.right()))
                : Stream.of(condition);
    }

    private static boolean refersTo(Expression part, LogicalPlan side) {
        Set<Long> columns = ScalaCollections.list(side.output()).stream()
                .map(column -> column.exprId().id())
                .collect(Collectors.toSet());
        return ScalaCollections.list(part.references().toSeq()).stream()
                .anyMatch(column -> columns.contains(column.exprId().id()));
    }

    /** The rows that the join puts together; empty if that cannot be told. */
    Optional<List<Pair>> pairs(List<GivenRow> rows) {
        return SparkTraceInternals.pairs(query.sparkSession(), (Join) operator, rows);
    }

    /** Whether it has one stateful operator. */
    static boolean hasOneOperator(Dataset<Row> query) {
        return nodes(query.queryExecution().analyzed())
                        .filter(SparkStateInternals::keepsState)
                        .count()
                == 1;
    }

    /** Whether it has timeouts of event time. */
    static boolean hasEventTimeouts(Dataset<Row> query) {
        return has(query, node -> timeout(node, GroupStateTimeout.EventTimeTimeout()) || SparkLine.timesByEvents(node));
    }

    /** Whether it has timeouts of processing time. */
    static boolean hasClockTimeouts(Dataset<Row> query) {
        return has(
                query,
                node -> timeout(node, GroupStateTimeout.ProcessingTimeTimeout()) || SparkLine.timesByClock(node));
    }

    /** Whether its result depends on the processing time. */
    static boolean readsTheClock(Dataset<Row> query) {
        return hasClockTimeouts(query)
                || has(
                        query,
                        node -> ScalaCollections.list(node.expressions()).stream()
                                .anyMatch(SparkStateInternals::isOfTheClock));
    }

    private static boolean isOfTheClock(Expression expression) {
        return expression instanceof CurrentTimestampLike
                || expression instanceof CurrentDate
                || expression instanceof LocalTimestamp
                || expression instanceof CurrentBatchTimestamp
                || ScalaCollections.list(expression.children()).stream().anyMatch(SparkStateInternals::isOfTheClock);
    }

    private static boolean timeout(LogicalPlan node, GroupStateTimeout timeout) {
        return node instanceof FlatMapGroupsWithState function
                && function.timeout().equals(timeout);
    }

    private static boolean has(Dataset<Row> query, java.util.function.Predicate<LogicalPlan> test) {
        return nodes(query.queryExecution().analyzed()).anyMatch(test);
    }

    private static Stream<LogicalPlan> nodes(LogicalPlan plan) {
        return Stream.concat(
                Stream.of(plan), ScalaCollections.list(plan.children()).stream().flatMap(SparkStateInternals::nodes));
    }

    /** The inputs of a test from which a watermark on {@code column} is computed. */
    static List<String> inputsOfWatermark(Dataset<Row> query, long column) {
        return nodes(query.queryExecution().analyzed())
                .filter(node -> node instanceof EventTimeWatermark watermark
                        && watermark.eventTime().exprId().id() == column)
                .flatMap(SparkStateInternals::nodes)
                .map(SparkTraceInternals::inputOf)
                .flatMap(Stream::ofNullable)
                .map(GivenRows::name)
                .distinct()
                .toList();
    }

    private static @Nullable Attribute eventTime(List<Attribute> columns) {
        List<Attribute> marked = columns.stream()
                .filter(column -> column.metadata().contains(DELAY))
                .toList();
        boolean isOne = marked.stream().map(NamedExpression::exprId).distinct().count() == 1;
        return isOne && isTime(marked.get(0)) ? marked.get(0) : null;
    }

    private static boolean isTime(Attribute column) {
        return column.dataType() instanceof StructType || isPlainTime(column);
    }

    private static boolean isPlainTime(Attribute column) {
        return column.dataType() instanceof TimestampType || column.dataType() instanceof TimestampNTZType;
    }

    /** One part of a query whose rows reach a stateful operator. */
    static final class Side {
        private final LogicalPlan part;
        private final LogicalPlan operator;

        private Side(LogicalPlan part, LogicalPlan operator) {
            this.part = part;
            this.operator = operator;
        }

        LogicalPlan part() {
            return part;
        }

        /** The inputs of a test that it reads. */
        List<String> inputs() {
            return nodes(part)
                    .map(SparkTraceInternals::inputOf)
                    .flatMap(Stream::ofNullable)
                    .map(GivenRows::name)
                    .distinct()
                    .toList();
        }

        /** Whether its rows come from another stateful operator. */
        boolean hasState() {
            return first(part) != null;
        }

        /** The numbers of those of {@code rows} that reach the operator. */
        Set<Integer> reaching(SparkSession spark, List<GivenRow> rows) {
            return SparkTraceInternals.run(spark, part, List.of(), rows).orElseThrow().stream()
                    .map(Result::number)
                    .collect(Collectors.toSet());
        }

        List<String> keyNames() {
            return keys().stream().map(NamedExpression::name).toList();
        }

        /** Whether the event time of its rows is that of sessions, which merge. */
        boolean hasSessions() {
            Attribute time = time();
            return time != null && time.metadata().contains(SESSION);
        }

        /** The delay of the watermark of its event time, in milliseconds; empty if it has none. */
        Optional<Long> delay() {
            return Optional.ofNullable(time()).map(time -> time.metadata().getLong(DELAY));
        }

        /** Whether its event time is the column of this number. */
        boolean isTimedBy(long column) {
            Attribute time = time();
            return time != null && time.exprId().id() == column;
        }

        /**
         * Of each row that reaches the operator in a batch that starts at {@code clock}: its event time or window, its
         * plain event time or NULL, its keys. Empty if there is no event time, or the rows cannot be told apart.
         */
        Optional<List<Result>> run(SparkSession spark, List<GivenRow> rows, long clock) {
            Attribute time = time();
            if (time == null) {
                return Optional.empty();
            }
            List<NamedExpression> values = new ArrayList<>();
            values.add(time);
            values.add(plainTime());
            values.addAll(keys());
            return SparkTraceInternals.run(spark, SparkClockInternals.at(part, clock), values, rows);
        }

        /** The event time by which the operator drops and removes rows. */
        private @Nullable Attribute time() {
            if (!(operator instanceof Aggregate aggregate)) {
                return eventTime(ScalaCollections.list(part.output()));
            }
            Set<Long> grouping = ScalaCollections.list(aggregate.groupingExpressions()).stream()
                    .filter(Attribute.class::isInstance)
                    .map(column -> ((Attribute) column).exprId().id())
                    .collect(Collectors.toSet());
            return eventTime(ScalaCollections.list(part.output()).stream()
                    .filter(column -> grouping.contains(column.exprId().id()))
                    .toList());
        }

        /** The event time from which a window was computed, if the query has not dropped its column. */
        private NamedExpression plainTime() {
            return ScalaCollections.list(part.output()).stream()
                    .filter(column -> column.metadata().contains(DELAY) && isPlainTime(column))
                    .map(column -> (NamedExpression) column)
                    .findFirst()
                    .orElseGet(() -> named(new Literal(null, DataTypes.TimestampType), "time"));
        }

        private List<NamedExpression> keys() {
            List<NamedExpression> keys = new ArrayList<>();
            for (Expression key : keyExpressions()) {
                boolean isTime = key instanceof Attribute column && isTimeOf(column);
                if (!isTime) {
                    keys.add(key instanceof NamedExpression named ? named : named(key, nameOf(key)));
                }
            }
            return keys;
        }

        private boolean isTimeOf(Attribute column) {
            Attribute time = time();
            return time != null && time.exprId().equals(column.exprId());
        }

        private List<? extends Expression> keyExpressions() {
            if (operator instanceof Aggregate aggregate) {
                return ScalaCollections.list(aggregate.groupingExpressions());
            }
            if (operator instanceof Deduplicate deduplicate) {
                return ScalaCollections.list(deduplicate.keys());
            }
            if (operator instanceof DeduplicateWithinWatermark deduplicate) {
                return ScalaCollections.list(deduplicate.keys());
            }
            return List.of();
        }

        /** The name that the result has for a key that the query computes. */
        private String nameOf(Expression key) {
            return ScalaCollections.list(operator.expressions()).stream()
                    .filter(column ->
                            column instanceof Alias alias && alias.child().semanticEquals(key))
                    .map(column -> ((Alias) column).name())
                    .findFirst()
                    .orElseGet(key::sql);
        }

        private static NamedExpression named(Expression expression, String name) {
            return new Alias(
                    expression,
                    name,
                    NamedExpression$.MODULE$.newExprId(),
                    ScalaCollections.seq(List.of()),
                    scala.Option.<Metadata>empty(),
                    ScalaCollections.seq(List.of()));
        }
    }
}
