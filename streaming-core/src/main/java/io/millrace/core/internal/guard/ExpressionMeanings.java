package io.millrace.core.internal.guard;

import io.millrace.core.internal.StructExpression;
import io.millrace.core.internal.spark.ScalaCollections;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Add;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.CreateNamedStruct;
import org.apache.spark.sql.catalyst.expressions.EqualNullSafe;
import org.apache.spark.sql.catalyst.expressions.EqualTo;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionWithRandomSeed;
import org.apache.spark.sql.catalyst.expressions.GetArrayStructFields;
import org.apache.spark.sql.catalyst.expressions.GetStructField;
import org.apache.spark.sql.catalyst.expressions.InheritAnalysisRules;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.NamedLambdaVariable;
import org.apache.spark.sql.catalyst.expressions.PreciseTimestampConversion;
import org.apache.spark.sql.catalyst.expressions.Remainder;
import org.apache.spark.sql.catalyst.expressions.ScalaUDF;
import org.apache.spark.sql.catalyst.expressions.SessionWindow$;
import org.apache.spark.sql.catalyst.expressions.Subtract;
import org.apache.spark.sql.catalyst.expressions.TimeWindow$;
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import org.apache.spark.sql.catalyst.expressions.aggregate.Count;
import org.apache.spark.sql.types.CalendarIntervalType;
import org.apache.spark.sql.types.DayTimeIntervalType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.ObjectType;

/** The meanings of expressions; columns of earlier steps are known by theirs. */
final class ExpressionMeanings {
    private final Map<ExprId, Meaning> columns = new HashMap<>();
    private final Map<ExprId, StructExpression> structs = new HashMap<>();

    void define(NamedExpression column, Meaning meaning) {
        columns.put(column.exprId(), meaning);
        if (column instanceof Alias alias && alias.child() instanceof StructExpression struct) {
            structs.put(column.exprId(), struct);
        }
    }

    boolean isKnown(NamedExpression column) {
        return columns.containsKey(column.exprId());
    }

    List<Meaning> all(List<? extends Expression> expressions) {
        return expressions.stream().map(this::of).toList();
    }

    Meaning of(Expression expression) {
        if (expression instanceof Alias alias) {
            return window(alias, alias.metadata(), alias.child()).orElseGet(() -> of(alias.child()));
        }
        if (expression instanceof Attribute column) {
            Meaning known = columns.get(column.exprId());
            return known != null ? known : Meaning.of(column.name());
        }
        if (expression.dataType() instanceof CalendarIntervalType && expression.foldable()) {
            return Meaning.of(String.valueOf(expression.eval(InternalRow.empty())));
        }
        if (expression instanceof Literal literal) {
            return literal(literal);
        }
        if (expression instanceof Cast cast) {
            return of(cast.child()).of("as " + cast.dataType().sql(), false);
        }
        if (expression instanceof NamedLambdaVariable variable) {
            // Spark numbers the variables of a JVM.
            return Meaning.of(variable.name().replaceAll("_\\d+$", ""));
        }
        return call(expression);
    }

    private Meaning call(Expression expression) {
        if (expression instanceof AggregateExpression aggregate) {
            List<Meaning> parts = all(ScalaCollections.list(aggregate.children()));
            return parts.size() == 1 && !aggregate.isDistinct()
                    ? parts.get(0)
                    : Meaning.call(aggregate.isDistinct() ? "distinct" : "filtered", parts);
        }
        if (expression instanceof Count count
                && ScalaCollections.list(count.children()).stream().allMatch(Expression::foldable)) {
            return Meaning.of("count(rows)");
        }
        if (expression instanceof ExpressionWithRandomSeed) {
            return Meaning.of(name(expression)); // Without a seed of the user, Spark draws one at each start.
        }
        List<Meaning> parts = new ArrayList<>(all(children(expression)));
        if (expression instanceof StructExpression own) {
            parts.add(Meaning.of(own.describe()));
        }
        if (expression instanceof GetArrayStructFields field) {
            parts.add(Meaning.of(field.field().name()));
            return Meaning.call(name(expression), parts);
        }
        if (expression instanceof GetStructField field) {
            return field(field, parts);
        }
        if (expression instanceof EqualTo || expression instanceof EqualNullSafe) {
            parts.sort(Comparator.comparing(Meaning::words)); // Either side may be the left one.
        }
        return Meaning.call(name(expression), parts).of(settings(expression), false);
    }

    /** A field by its name; one of a struct of Millrace's by its settings, since others of that struct may change. */
    private Meaning field(GetStructField field, List<Meaning> parts) {
        StructExpression struct = field.child() instanceof Attribute column ? structs.get(column.exprId()) : null;
        if (struct != null) {
            List<Meaning> ofStruct = new ArrayList<>(all(children(struct)));
            ofStruct.add(Meaning.of(struct.describe(field.ordinal())));
            return Meaning.call(struct.prettyName(), ofStruct);
        }
        parts.add(Meaning.of(field.extractFieldName()));
        return Meaning.call(name(field), parts);
    }

    /** What Spark's expressions have besides their children, such as whether {@code first} leaves out NULL. */
    private static String settings(Expression expression) {
        // Spark numbers the variables of typed steps.
        if (expression.getClass().getPackageName().endsWith(".objects")) {
            return "";
        }
        return IntStream.range(0, expression.productArity())
                .mapToObj(expression::productElement)
                .filter(value -> value instanceof Boolean || value instanceof Number || value instanceof String)
                .map(String::valueOf)
                .collect(Collectors.joining(" "));
    }

    private static List<Expression> children(Expression expression) {
        return ScalaCollections.list(
                expression instanceof InheritAnalysisRules replaced ? replaced.parameters() : expression.children());
    }

    private static String name(Expression expression) {
        if (expression instanceof ScalaUDF function) {
            return function.udfName().isDefined() ? function.udfName().get() : "udf";
        }
        return expression.nodeName().toLowerCase(Locale.ROOT);
    }

    // Of objects, such as arrays of bytes and the encoders of typed steps, the texts differ from one JVM to the next.
    private static Meaning literal(Literal literal) {
        if (literal.dataType() instanceof ObjectType) {
            return Meaning.of("object");
        }
        boolean isInterval =
                literal.dataType() instanceof CalendarIntervalType || literal.dataType() instanceof DayTimeIntervalType;
        String value =
                literal.dataType().catalogString().contains("binary") ? literal.sql() : String.valueOf(literal.value());
        return Meaning.of(
                isInterval ? value : "?" + Meaning.digest(literal.dataType().sql() + value));
    }

    /** A window in the words of its call, of the arithmetic that Spark has made of it. */
    Optional<Meaning> window(NamedExpression column, Metadata metadata, Expression made) {
        if (metadata.contains(TimeWindow$.MODULE$.marker()) && made instanceof StructExpression calendar) {
            List<Meaning> parts = new ArrayList<>(all(children(made)));
            parts.add(Meaning.of(calendar.describe()));
            return Optional.of(Meaning.call("window", parts));
        }
        if (metadata.contains(TimeWindow$.MODULE$.marker())) {
            return Optional.of(timeWindow(made));
        }
        return metadata.contains(SessionWindow$.MODULE$.marker()) ? Optional.of(session(made)) : Optional.empty();
    }

    private Meaning timeWindow(Expression made) {
        Optional<Remainder> remainder = first(made, Remainder.class);
        Optional<Long> slide = remainder.flatMap(division -> number(division.right()));
        Optional<Long> start = remainder
                .flatMap(division -> first(division.left(), Subtract.class))
                .flatMap(difference -> number(difference.right()));
        Optional<Long> length = end(made).flatMap(end -> first(end, Add.class)).flatMap(sum -> number(sum.right()));
        Optional<Meaning> time = first(made, PreciseTimestampConversion.class)
                .flatMap(outer -> first(outer.child(), PreciseTimestampConversion.class))
                .map(inner -> of(inner.child()));
        if (slide.isEmpty() || start.isEmpty() || length.isEmpty() || time.isEmpty()) {
            return Meaning.call("window", all(ScalaCollections.list(made.children())));
        }
        return Meaning.call(
                "window",
                List.of(
                        time.get(),
                        Meaning.of(Durations.words(length.get())
                                + (slide.get().equals(length.get()) ? "" : " every " + Durations.words(slide.get()))
                                + (start.get() == 0 ? "" : " starting " + Durations.words(start.get())))));
    }

    // The end is a sum of time and gap, whose name differs among the lines of Spark, in conversions.
    private Meaning session(Expression made) {
        Optional<Expression> sum = end(made);
        while (sum.isPresent() && sum.get().children().size() == 1) {
            sum = sum.map(conversion -> conversion.children().head());
        }
        return Meaning.call(
                "session",
                sum.map(parts -> all(ScalaCollections.list(parts.children()))).orElse(List.of()));
    }

    private static Optional<Expression> end(Expression made) {
        return made instanceof CreateNamedStruct struct
                ? Optional.of(struct.children().apply(3))
                : Optional.empty();
    }

    private static <E extends Expression> Optional<E> first(Expression in, Class<E> type) {
        return type.isInstance(in)
                ? Optional.of(type.cast(in))
                : ScalaCollections.list(in.children()).stream()
                        .flatMap(child -> first(child, type).stream())
                        .findFirst();
    }

    private static Optional<Long> number(Expression expression) {
        return expression instanceof Literal literal && literal.value() instanceof Long value
                ? Optional.of(value)
                : Optional.empty();
    }
}
