package io.millrace.core.internal.guard;

import io.millrace.core.internal.spark.ScalaCollections;
import io.millrace.core.internal.spark.StateFunctions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.RuntimeReplaceable;
import org.apache.spark.sql.catalyst.expressions.SessionWindow$;
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateFunction;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.Deduplicate;
import org.apache.spark.sql.catalyst.plans.logical.DeduplicateWithinWatermark;
import org.apache.spark.sql.catalyst.plans.logical.Distinct;
import org.apache.spark.sql.catalyst.plans.logical.FlatMapGroupsWithState;
import org.apache.spark.sql.catalyst.plans.logical.GlobalLimit;
import org.apache.spark.sql.catalyst.plans.logical.Join;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.streaming.GroupStateTimeout;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * A step that keeps state.
 *
 * @param kind in words
 * @param keys what its state is kept by
 * @param values what it keeps for each key
 * @param input what happens to its rows before it
 * @param types those of its state, if they are known
 * @param bound what rows that wait must meet besides their keys, if it can change without an effect on them
 * @param waiting how long rows wait, if there is such a bound
 */
record StatefulStep(
        String kind,
        Meaning keys,
        Meaning values,
        Meaning input,
        Optional<StateTypes> types,
        Optional<Meaning> bound,
        String waiting) {
    StatefulStep(String kind, Meaning keys, Meaning values, Meaning input, Optional<StateTypes> types) {
        this(kind, keys, values, input, types, Optional.empty(), "");
    }

    private static final String WITHOUT_TIMEOUT = GroupStateTimeout.NoTimeout().toString();

    static StatefulStep of(LogicalPlan node, ExpressionMeanings meanings, LiveColumns live, Meaning input) {
        if (node instanceof Aggregate aggregate) {
            return aggregate(aggregate, meanings, live, input);
        }
        if (node instanceof Deduplicate step) {
            return keyed("dropDuplicates", ScalaCollections.list(step.keys()), meanings, input);
        }
        if (node instanceof DeduplicateWithinWatermark step) {
            return keyed("dropDuplicatesWithinWatermark", ScalaCollections.list(step.keys()), meanings, input);
        }
        if (node instanceof Distinct) {
            return keyed("distinct", ScalaCollections.list(node.output()), meanings, input);
        }
        if (node instanceof Join join) {
            return join(join, meanings, live, input);
        }
        if (node instanceof FlatMapGroupsWithState step) {
            return function(step, meanings, input);
        }
        if (StateFunctions.isOne(node)) {
            return new StatefulStep(
                    "transformWithState",
                    Meaning.list(typed(StateFunctions.keys(node), meanings)),
                    Meaning.of(""),
                    with(StateFunctions.columns(node), meanings, input),
                    Optional.empty());
        }
        if (node instanceof GlobalLimit limit) {
            Meaning rows = Meaning.of(limit.limitExpr().toString() + " rows");
            return new StatefulStep("limit", Meaning.of(""), rows, input, Optional.empty());
        }
        // Of typed steps there are no words that are the same in the next JVM.
        Meaning values = PlanFacts.isTyped(node)
                ? Meaning.of("")
                : Meaning.list(meanings.all(ScalaCollections.list(node.expressions())));
        return new StatefulStep(node.nodeName(), Meaning.of(""), values, input, Optional.empty());
    }

    private static StatefulStep function(FlatMapGroupsWithState step, ExpressionMeanings meanings, Meaning input) {
        List<Attribute> keys = ScalaCollections.list(step.groupingAttributes());
        String timeout = step.timeout().toString();
        String state = SavedState.nameless(step.stateEncoder().schema());
        return new StatefulStep(
                "a function with state",
                Meaning.list(typed(keys, meanings)),
                Meaning.of(step.stateEncoder().schema().sql() + " with " + timeout),
                with(ScalaCollections.list(step.dataAttributes()), meanings, input),
                // Spark keeps the time of a timeout, if there is one, beside the state.
                Optional.of(new StateTypes(
                        types(keys), Optional.of(timeout.equals(WITHOUT_TIMEOUT) ? state : state + ",bigint"))));
    }

    /** Nobody can see which of its columns a function uses: all count. */
    private static Meaning with(List<Attribute> columns, ExpressionMeanings meanings, Meaning input) {
        List<Meaning> all = new ArrayList<>(List.of(input));
        columns.forEach(column -> all.add(Meaning.list(List.of(Meaning.of(column.name()), meanings.of(column)))));
        return Meaning.list(all);
    }

    private static StatefulStep keyed(String kind, List<Attribute> keys, ExpressionMeanings meanings, Meaning input) {
        return new StatefulStep(
                kind,
                Meaning.list(typed(keys, meanings)),
                Meaning.of(""),
                input,
                Optional.of(new StateTypes(types(keys), Optional.empty())));
    }

    private static StatefulStep aggregate(
            Aggregate aggregate, ExpressionMeanings meanings, LiveColumns live, Meaning input) {
        List<Expression> keys = ScalaCollections.list(aggregate.groupingExpressions());
        List<AggregateExpression> all = ScalaCollections.list(aggregate.aggregateExpressions()).stream()
                .filter(live::contains)
                .flatMap(column -> functionsIn((Expression) column).stream())
                .toList();
        Map<String, AggregateExpression> functions = new LinkedHashMap<>();
        all.forEach(function -> functions.putIfAbsent(meanings.of(function).exact(), function));
        boolean isSession = keys.stream().anyMatch(StatefulStep::isSession);
        List<Expression> keysOfState =
                keys.stream().filter(key -> !isSession(key)).toList();
        return new StatefulStep(
                isSession ? "an aggregate of sessions" : "an aggregate",
                Meaning.list(typed(keys, meanings)),
                Meaning.list(typed(List.copyOf(functions.values()), meanings)),
                input,
                isSession
                        ? Optional.empty()
                        : Optional.of(new StateTypes(types(keysOfState), buffers(withOwnBuffers(all)))));
    }

    /** Spark keeps one buffer for functions that are the same in its own eyes, unless a rerun may differ. */
    private static List<AggregateExpression> withOwnBuffers(List<AggregateExpression> functions) {
        Set<Expression> seen = new HashSet<>();
        return functions.stream()
                .filter(function -> !function.deterministic() || seen.add(function.canonicalized()))
                .toList();
    }

    private static boolean isSession(Expression key) {
        return key instanceof Attribute column && column.metadata().contains(SessionWindow$.MODULE$.marker());
    }

    private static List<AggregateExpression> functionsIn(Expression expression) {
        if (expression instanceof AggregateExpression function) {
            return List.of(function);
        }
        return ScalaCollections.list(expression.children()).stream()
                .flatMap(child -> functionsIn(child).stream())
                .toList();
    }

    private static StatefulStep join(Join join, ExpressionMeanings meanings, LiveColumns live, Meaning input) {
        List<Meaning> values = new ArrayList<>();
        for (LogicalPlan side : List.of(join.left(), join.right())) {
            List<Attribute> columns = ScalaCollections.list(side.output()).stream()
                    .filter(live::contains)
                    .toList();
            values.addAll(typed(columns, meanings));
        }
        JoinOfStreams condition = new JoinOfStreams(join);
        String kind = "a join of streams (" + join.joinType().sql() + ")";
        if (!condition.isInner()) {
            // Rows that have found none, or one, are marked in the state.
            Meaning all = join.condition().isEmpty()
                    ? Meaning.of("")
                    : meanings.of(join.condition().get());
            return new StatefulStep(kind, all, Meaning.list(values), input, Optional.empty());
        }
        List<Meaning> before = new ArrayList<>(List.of(input));
        before.addAll(meanings.all(condition.filters()));
        return new StatefulStep(
                kind,
                Meaning.list(meanings.all(condition.equalities())),
                Meaning.list(values),
                Meaning.list(before),
                Optional.empty(),
                Optional.of(Meaning.list(meanings.all(condition.bounds()))),
                condition.waiting());
    }

    private static List<Meaning> typed(List<? extends Expression> expressions, ExpressionMeanings meanings) {
        return expressions.stream()
                .map(expression -> typed(meanings.of(expression), expression.dataType()))
                .toList();
    }

    // The type of a window follows from its words, and is long.
    private static Meaning typed(Meaning meaning, DataType type) {
        return meaning.of(type.sql(), !(type instanceof StructType));
    }

    private static String types(List<? extends Expression> keys) {
        return keys.stream().map(key -> SavedState.nameless(key.dataType())).collect(Collectors.joining(","));
    }

    /** The types of the buffers that Spark keeps of aggregates. */
    private static Optional<String> buffers(Iterable<AggregateExpression> functions) {
        List<String> types = new ArrayList<>();
        for (AggregateExpression expression : functions) {
            Expression function = (Expression) expression.aggregateFunction();
            if (function instanceof RuntimeReplaceable replaced) {
                function = replaced.replacement();
            }
            if (!(function instanceof AggregateFunction known)) {
                return Optional.empty();
            }
            ScalaCollections.list(known.aggBufferAttributes())
                    .forEach(buffer -> types.add(SavedState.nameless(buffer.dataType())));
        }
        return Optional.of(String.join(",", types));
    }
}
