package io.millrace.core.internal;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.raise_error;

import io.millrace.core.internal.spark.ScalaCollections;
import io.millrace.core.internal.spark.SparkLine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.plans.logical.Join;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.LogicalRDD;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.columnar.InMemoryRelation;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The columns of a stream that its branches read: a batch is computed and kept without the others. */
public final class NeededColumns {
    private final StructType all;
    private final Set<String> needed;

    private NeededColumns(StructType all, Set<String> needed) {
        this.all = all;
        this.needed = needed;
    }

    /**
     * Asks Spark's optimizer which columns the branches read. All are needed if the stream keeps state, whose columns
     * must not depend on the branches, if a step runs actions on its rows or persists them, which no plan shows, and if
     * one reads the clock, with which the plan may change.
     *
     * @param branches the steps of each branch
     */
    public static NeededColumns of(Dataset<Row> stream, List<UnaryOperator<Dataset<Row>>> branches) {
        StructType all = stream.schema();
        Set<String> needed = new HashSet<>();
        boolean areKnown = !StreamingPlan.of(stream).keepsState()
                && !hasDuplicates(all)
                && branches.stream().allMatch(steps -> addNeeded(stream, steps, needed));
        return new NeededColumns(all, areKnown ? needed : Set.of(all.fieldNames()));
    }

    /** False if the plan of the branch does not show all that it reads. */
    private static boolean addNeeded(Dataset<Row> stream, UnaryOperator<Dataset<Row>> steps, Set<String> needed) {
        PlannedRows batch = new PlannedRows(stream.sparkSession().sparkContext());
        QueryExecution branch = steps.apply(SparkLine.rows(stream.sparkSession(), batch, withNulls(stream.schema())))
                .queryExecution();
        LogicalPlan plan = branch.optimizedPlan();
        List<LogicalPlan> nodes = nodes(plan);
        addNeeded(plan, nodes, batch, needed);
        return !batch.wereRead()
                && nodes.stream().noneMatch(InMemoryRelation.class::isInstance)
                && nodes(branch.analyzed()).stream().noneMatch(UnstableFilters::readsTheClock);
    }

    /** As the columns of a batch are: the optimizer drops conditions on those that cannot be NULL. */
    private static StructType withNulls(StructType columns) {
        return new StructType(Arrays.stream(columns.fields())
                .map(field -> new StructField(field.name(), field.dataType(), true, field.metadata()))
                .toArray(StructField[]::new));
    }

    private static boolean hasDuplicates(StructType columns) {
        Stream<String> names = Arrays.stream(columns.fieldNames()).map(name -> name.toLowerCase(Locale.ROOT));
        return names.distinct().count() < columns.size();
    }

    private static void addNeeded(
            LogicalPlan plan, List<LogicalPlan> nodes, RDD<InternalRow> batch, Set<String> needed) {
        Set<ExprId> read = new HashSet<>(ids(plan.outputSet()));
        for (LogicalPlan node : nodes) {
            read.addAll(ids(node.references()));
            if (node.children().size() > 1 && !(node instanceof Join)) { // It takes all columns, such as a union.
                ScalaCollections.list(node.children()).forEach(child -> read.addAll(ids(child.outputSet())));
            }
        }
        for (LogicalPlan node : nodes) {
            if (node instanceof LogicalRDD leaf && leaf.rdd() == batch) {
                ScalaCollections.list(leaf.output()).stream()
                        .filter(column -> read.contains(column.exprId()))
                        .map(Attribute::name)
                        .forEach(needed::add);
            }
        }
    }

    private static List<LogicalPlan> nodes(LogicalPlan plan) {
        List<LogicalPlan> nodes = new ArrayList<>(List.of(plan));
        Stream.of(plan.children(), plan.subqueries())
                .flatMap(parts -> ScalaCollections.list(parts).stream())
                .forEach(part -> nodes.addAll(nodes(part)));
        return nodes;
    }

    private static Set<ExprId> ids(AttributeSet columns) {
        Set<ExprId> ids = new HashSet<>();
        ScalaCollections.list(columns.toSeq()).forEach(column -> ids.add(column.exprId()));
        return ids;
    }

    /** The needed columns of the stream. */
    public Dataset<Row> of(Dataset<Row> stream) {
        return needed.size() == all.size()
                ? stream
                : stream.select(Arrays.stream(all.fieldNames())
                        .filter(needed::contains)
                        .map(name -> Columns.named(stream, name))
                        .toArray(Column[]::new));
    }

    /** A batch of {@link #of(Dataset)} with all columns of the stream; to read one that is not needed is an error. */
    public Dataset<Row> withAll(Dataset<Row> batch) {
        return needed.size() == all.size()
                ? batch
                : batch.select(Arrays.stream(all.fields())
                        .map(field -> column(batch, field))
                        .toArray(Column[]::new));
    }

    private Column column(Dataset<Row> batch, StructField field) {
        return needed.contains(field.name())
                ? Columns.named(batch, field.name())
                : raise_error(lit("A branch reads the column " + field.name()
                                + ", which it did not when the query was started. Read it always, or take the step out"
                                + " of the branch."))
                        .cast(field.dataType())
                        .as(field.name(), field.metadata());
    }
}
