package io.millrace.core.internal;

import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.sql.AnalysisException;

/** Refusals by Spark's analyzer. All other errors are the caller's. */
public final class SparkRefusal {
    private SparkRefusal() {}

    /** The message of {@code error} as a clause, without the plan that follows it; empty if it is not a refusal. */
    public static Optional<String> of(Exception error) {
        // Scala does not declare AnalysisException, so that javac does not let it be caught by name.
        return error instanceof AnalysisException refused
                ? Optional.of(Errors.clause(refused.getSimpleMessage()))
                : Optional.empty();
    }

    /** Why Spark refuses what {@code check} does; empty if it does not. */
    public static Optional<String> of(Runnable check) {
        try {
            check.run();
            return Optional.empty();
        } catch (Exception e) {
            Optional<String> refusal = of(e);
            if (refusal.isEmpty()) {
                throw e;
            }
            return refusal;
        }
    }

    /** What {@code analyzed} gives; empty if Spark refuses it. */
    public static <T> Optional<T> unlessRefused(Supplier<T> analyzed) {
        try {
            return Optional.of(analyzed.get());
        } catch (Exception e) {
            if (of(e).isPresent()) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
