package io.millrace.core;

import static io.millrace.core.internal.Arguments.notNull;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.Function1;

/**
 * A step from rows to rows, which {@link Dataset#transform} takes as it is. An immutable value: it may be applied to
 * any number of {@code Dataset}s, from any thread.
 *
 * <pre>{@code hits.transform(Transforms.jsonField("zip", "$.zip"))}</pre>
 */
@FunctionalInterface
public interface Transform extends Function1<Dataset<Row>, Dataset<Row>> {
    /**
     * The rows after this step.
     *
     * @throws ValidationException if a column that the step needs is missing or of another type
     */
    @Override
    Dataset<Row> apply(Dataset<Row> rows);

    /** This step, then {@code next}. Equal if the steps are, one by one. */
    // Scala's andThen takes any function; a lambda picks this one, whose parameter is the more specific type.
    @SuppressWarnings("overloads")
    default Transform andThen(Transform next) {
        notNull("andThen(next)", next);
        return ComposedTransform.of(this, next);
    }

    /** One line for {@link Pipeline#describe()}. */
    default String describe() {
        return "a transform of your own";
    }
}
