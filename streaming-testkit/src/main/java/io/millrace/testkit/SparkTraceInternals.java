package io.millrace.testkit;

import io.millrace.core.internal.spark.ScalaCollections;
import io.millrace.core.internal.spark.SparkLine;
import io.millrace.testkit.SparkRowInternals.EncodedRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression$;
import org.apache.spark.sql.catalyst.plans.Inner$;
import org.apache.spark.sql.catalyst.plans.logical.Expand;
import org.apache.spark.sql.catalyst.plans.logical.Join;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.Union;
import org.apache.spark.sql.catalyst.streaming.StreamingRelationV2;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.jspecify.annotations.Nullable;
import scala.runtime.AbstractPartialFunction;

/**
 * Runs a part of a query on rows of a test as a batch, and knows from which of them each result comes: a column with
 * the number of the row goes along, so that one run of the part serves for all rows.
 */
final class SparkTraceInternals {
    private static final String NUMBER = "millrace row number";

    /** How many rows run one by one, if the part of the query loses their numbers. */
    private static final int MOST_ONE_BY_ONE = 200;

    private SparkTraceInternals() {}

    /** A row of a test. */
    record GivenRow(GivenRows input, EncodedRow row) {}

    /** A result of the row {@code number} of those given. */
    record Result(int number, Row values) {}

    /** Two rows that a join puts together. */
    record Pair(int left, int right) {}

    /**
     * The {@code values} of each row of {@code part}; empty if {@code part} loses the numbers and there are too many
     * rows to run it on each.
     */
    static Optional<List<Result>> run(
            SparkSession spark, LogicalPlan part, List<NamedExpression> values, List<GivenRow> rows) {
        Tagged tagged = tagged(part, rows);
        if (tagged != null) {
            return Optional.of(numbered(spark, tagged, values));
        }
        return rows.size() > MOST_ONE_BY_ONE ? Optional.empty() : Optional.of(oneByOne(spark, part, values, rows));
    }

    private static List<Result> numbered(SparkSession spark, Tagged tagged, List<NamedExpression> values) {
        List<NamedExpression> columns = new ArrayList<>(values);
        columns.add(tagged.number());
        return SparkLine.rows(spark, new Project(ScalaCollections.seq(columns), tagged.plan())).collectAsList().stream()
                .map(row -> new Result(row.getInt(values.size()), row))
                .toList();
    }

    private static List<Result> oneByOne(
            SparkSession spark, LogicalPlan part, List<NamedExpression> values, List<GivenRow> rows) {
        List<Result> results = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            int number = row;
            LogicalPlan filled = withRows(part, rows.subList(row, row + 1));
            SparkLine.rows(spark, new Project(ScalaCollections.seq(values), filled))
                    .collectAsList()
                    .forEach(result -> results.add(new Result(number, result)));
        }
        return results;
    }

    /** The rows that {@code join} puts together; empty if one of its sides cannot tell its rows apart. */
    static Optional<List<Pair>> pairs(SparkSession spark, Join join, List<GivenRow> rows) {
        Tagged left = tagged(join.left(), rows);
        Tagged right = tagged(join.right(), rows);
        if (left == null || right == null) {
            return Optional.empty();
        }
        LogicalPlan both = new Join(left.plan(), right.plan(), Inner$.MODULE$, join.condition(), join.hint());
        List<NamedExpression> numbers = List.of(left.number(), right.number());
        return Optional.of(
                SparkLine.rows(spark, new Project(ScalaCollections.seq(numbers), both)).collectAsList().stream()
                        .map(row -> new Pair(row.getInt(0), row.getInt(1)))
                        .toList());
    }

    /** {@code part} on {@code rows} alone. */
    static LogicalPlan withRows(LogicalPlan part, List<GivenRow> rows) {
        return part.transformUp(rule(node -> {
            GivenRows input = inputOf(node);
            List<InternalRow> given = rows.stream()
                    .filter(row -> row.input().equals(input))
                    .map(row -> row.row().row())
                    .toList();
            return input == null ? null : SparkLine.relation(node.output(), given);
        }));
    }

    /** A plan with a column {@code number}, the number of the row that a row comes from. */
    private record Tagged(LogicalPlan plan, Attribute number) {}

    private static @Nullable Tagged tagged(LogicalPlan part, List<GivenRow> rows) {
        LogicalPlan tagged = part.transformUp(rule(node -> {
            GivenRows input = inputOf(node);
            return input == null ? passing(node) : numbered(node, input, rows);
        }));
        Attribute number = numberOf(tagged);
        return number == null ? null : new Tagged(tagged, number);
    }

    private static LogicalPlan numbered(LogicalPlan node, GivenRows input, List<GivenRow> rows) {
        List<InternalRow> numbered = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            if (rows.get(row).input().equals(input)) {
                InternalRow number = new GenericInternalRow(new Object[] {row});
                numbered.add(new JoinedRow(rows.get(row).row().row(), number));
            }
        }
        Attribute column = new AttributeReference(
                NUMBER,
                DataTypes.IntegerType,
                false,
                Metadata.empty(),
                NamedExpression$.MODULE$.newExprId(),
                ScalaCollections.seq(List.of()));
        return SparkLine.relation(ScalaCollections.seq(and(ScalaCollections.list(node.output()), column)), numbered);
    }

    /** A node that chooses its columns, so that it passes on the number as well. Null if it needs no change. */
    private static @Nullable LogicalPlan passing(LogicalPlan node) {
        if (node instanceof Union union) {
            List<LogicalPlan> children = ScalaCollections.list(union.children()).stream()
                    .map(SparkTraceInternals::numberLast)
                    .toList();
            return new Union(ScalaCollections.seq(children), union.byName(), union.allowMissingCol());
        }
        Attribute number = node instanceof Project || node instanceof Expand
                ? numberOf(node.children().head())
                : null;
        if (number == null) {
            return null;
        }
        if (node instanceof Project project) {
            List<NamedExpression> columns = and(ScalaCollections.list(project.projectList()), number);
            return new Project(ScalaCollections.seq(columns), project.child());
        }
        Expand expand = (Expand) node;
        List<scala.collection.immutable.Seq<Expression>> projections =
                ScalaCollections.list(expand.projections()).stream()
                        .map(columns -> ScalaCollections.seq(and(ScalaCollections.list(columns), (Expression) number)))
                        .toList();
        return new Expand(
                widened(projections),
                ScalaCollections.seq(and(ScalaCollections.list(expand.output()), number)),
                expand.child());
    }

    // The lines of Spark want sequences of another type of sequence, of which these are.
    @SuppressWarnings("unchecked")
    private static <S> scala.collection.immutable.Seq<S> widened(List<?> sequences) {
        return ScalaCollections.seq((List<S>) sequences);
    }

    private static LogicalPlan numberLast(LogicalPlan child) {
        Attribute number = numberOf(child);
        if (number == null) {
            return child;
        }
        List<NamedExpression> others = ScalaCollections.list(child.output()).stream()
                .filter(column -> !column.exprId().equals(number.exprId()))
                .map(column -> (NamedExpression) column)
                .toList();
        return new Project(ScalaCollections.seq(and(others, number)), child);
    }

    private static @Nullable Attribute numberOf(LogicalPlan node) {
        return ScalaCollections.list(node.output()).stream()
                .filter(column -> column.name().equals(NUMBER))
                .findFirst()
                .orElse(null);
    }

    private static <T> List<T> and(List<? extends T> columns, T last) {
        return Stream.<T>concat(columns.stream(), Stream.of(last)).toList();
    }

    /** The input of a test that this node reads. */
    static @Nullable GivenRows inputOf(LogicalPlan node) {
        return node instanceof StreamingRelationV2 relation && relation.table() instanceof GivenRows.GivenTable table
                ? table.rows()
                : null;
    }

    /** A rule that replaces each node for which {@code change} returns another. */
    static AbstractPartialFunction<LogicalPlan, LogicalPlan> rule(Function<LogicalPlan, @Nullable LogicalPlan> change) {
        return new AbstractPartialFunction<>() {
            @Override
            public boolean isDefinedAt(LogicalPlan node) {
                return change.apply(node) != null;
            }

            @Override
            public LogicalPlan apply(LogicalPlan node) {
                return Objects.requireNonNull(change.apply(node));
            }
        };
    }
}
