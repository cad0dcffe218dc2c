package io.millrace.core.internal.guard;

import io.millrace.core.internal.spark.ScalaCollections;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.CTERelationDef;
import org.apache.spark.sql.catalyst.plans.logical.Distinct;
import org.apache.spark.sql.catalyst.plans.logical.Expand;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.Union;

/** The columns of a plan that the result needs: Spark leaves the others out, and does not keep them in its state. */
final class LiveColumns {
    private final Set<ExprId> live = new HashSet<>();

    private LiveColumns() {}

    static LiveColumns of(LogicalPlan root) {
        LiveColumns columns = new LiveColumns();
        columns.mark(root, ids(ScalaCollections.list(root.output())));
        return columns;
    }

    boolean contains(NamedExpression column) {
        return live.contains(column.exprId());
    }

    private void mark(LogicalPlan node, Set<ExprId> needed) {
        live.addAll(needed);
        List<LogicalPlan> children = ScalaCollections.list(node.children());
        if (node instanceof Union union) {
            children.forEach(child -> mark(child, sameColumns(union, child, needed)));
            return;
        }
        Set<ExprId> below = below(node, needed);
        children.forEach(child -> {
            Set<ExprId> own = ids(ScalaCollections.list(child.output()));
            // What refers to a relation of WITH is elsewhere in the plan.
            if (!(node instanceof Distinct || child instanceof CTERelationDef)) {
                own.retainAll(below);
            }
            mark(child, own);
        });
    }

    private static Set<ExprId> below(LogicalPlan node, Set<ExprId> needed) {
        if (node instanceof Project project) {
            return references(ScalaCollections.list(project.projectList()), needed);
        }
        if (node instanceof Aggregate aggregate) {
            Set<ExprId> below = references(ScalaCollections.list(aggregate.aggregateExpressions()), needed);
            ScalaCollections.list(aggregate.groupingExpressions()).forEach(key -> below.addAll(references(key)));
            return below;
        }
        Set<ExprId> below = new HashSet<>(needed);
        if (node instanceof Expand expand) {
            List<Attribute> output = ScalaCollections.list(expand.output());
            ScalaCollections.list(expand.projections()).forEach(projection -> {
                for (int i = 0; i < output.size(); i++) {
                    if (needed.contains(output.get(i).exprId())) {
                        below.addAll(references(projection.apply(i)));
                    }
                }
            });
        } else {
            ScalaCollections.list(node.expressions()).forEach(expression -> below.addAll(references(expression)));
        }
        return below;
    }

    private static Set<ExprId> sameColumns(Union union, LogicalPlan child, Set<ExprId> needed) {
        List<Attribute> output = ScalaCollections.list(union.output());
        List<Attribute> own = ScalaCollections.list(child.output());
        Set<ExprId> same = new HashSet<>();
        for (int i = 0; i < output.size(); i++) {
            if (needed.contains(output.get(i).exprId())) {
                same.add(own.get(i).exprId());
            }
        }
        return same;
    }

    private static Set<ExprId> references(List<NamedExpression> columns, Set<ExprId> needed) {
        Set<ExprId> references = new HashSet<>();
        columns.stream()
                .filter(column -> needed.contains(column.exprId()))
                .forEach(column -> references.addAll(references((Expression) column)));
        return references;
    }

    private static Set<ExprId> references(Expression expression) {
        return ids(new ArrayList<>(ScalaCollections.list(expression.references().toSeq())));
    }

    private static Set<ExprId> ids(List<? extends NamedExpression> columns) {
        Set<ExprId> ids = new HashSet<>();
        columns.forEach(column -> ids.add(column.exprId()));
        return ids;
    }
}
