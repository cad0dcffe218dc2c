package io.millrace.core;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * A source that is checked without being read, so that a pipeline can check the steps after it.
 */
abstract class CheckedSource extends SourceWithChecks {
    abstract ReaderSpec reading();

    /** What Spark's reader gets: with defaults that {@link #reading} does not name. */
    ReaderSpec loaded() {
        return reading();
    }

    /** Settings that are not those of Spark's reader, as the calls that make them. */
    List<String> ownSettings() {
        return List.of();
    }

    /** Problems that do not keep Spark from giving a schema. */
    abstract List<Problem> problems();

    @Override
    final Outcome attempt(SparkSession spark) {
        List<Problem> problems = problems();
        try {
            return new Outcome(Optional.of(loaded().stream(spark)), problems);
        } catch (Exception e) {
            // Spark may refuse it because of a problem that is reported already.
            if (problems.isEmpty()) {
                throw e;
            }
            return Outcome.refused(problems);
        }
    }

    @Override
    final List<String> starts() {
        return reading().options().entrySet().stream()
                .filter(option -> option.getKey().startsWith("starting"))
                .filter(option -> !option.getKey().endsWith("Strategy"))
                .map(Map.Entry::getValue)
                .limit(1)
                .toList();
    }

    @Override
    public final String describe() {
        return reading().describe() + String.join("", ownSettings());
    }

    /** Whether {@code other} is a source of the same kind with the same settings. */
    @Override
    public final boolean equals(@Nullable Object other) {
        return other instanceof CheckedSource source
                && getClass() == source.getClass()
                && reading().equals(source.reading())
                && ownSettings().equals(source.ownSettings());
    }

    @Override
    public final int hashCode() {
        return reading().hashCode();
    }
}
