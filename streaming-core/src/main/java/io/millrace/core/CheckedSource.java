package io.millrace.core;

import static io.millrace.core.internal.Arguments.notNull;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * A source that is checked without being read, so that a pipeline can check the steps after it.
 */
abstract class CheckedSource implements Source {
    abstract ReaderSpec reading();

    /** Problems that do not keep Spark from giving a schema. */
    abstract List<Problem> problems();

    /** Problems that only the system it reads from can report; checked before a start, if nothing else is wrong. */
    List<Problem> askServers(SparkSession spark, PlannedQuery query) {
        return List.of();
    }

    /** Records what a later start on the same checkpoint has to check; called right before the start. */
    void beforeStart(SparkSession spark, PlannedQuery query) {}

    @Override
    public final Dataset<Row> load(SparkSession spark) {
        notNull("load(spark)", spark);
        List<Problem> problems = problems();
        if (!problems.isEmpty()) {
            throw new ValidationException("Source " + describe(), problems);
        }
        return reading().stream(spark);
    }

    @Override
    public final String describe() {
        return reading().describe();
    }

    /** Whether {@code other} is a source of the same kind with the same settings. */
    @Override
    public final boolean equals(@Nullable Object other) {
        return other instanceof CheckedSource source
                && getClass() == source.getClass()
                && reading().equals(source.reading());
    }

    @Override
    public final int hashCode() {
        return reading().hashCode();
    }

    /** As {@link #describe()}. */
    @Override
    public final String toString() {
        return describe();
    }
}
