package io.millrace.core;

import io.millrace.core.internal.Errors;
import io.millrace.core.internal.FailureKind;
import io.millrace.core.internal.FailureKind.Chance;
import io.millrace.core.internal.Failures;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.streaming.StreamingQueryException;

/**
 * One failure of a supervised query.
 *
 * @param reason a clause without values of rows and without secrets
 * @param signature equal for two failures that are the same one, as far as can be known
 * @param place the offsets after which the query failed; empty if it did not start
 */
record Failure(FailureKind kind, String reason, String signature, String place) {
    static Failure of(Throwable thrown) {
        Optional<ValidationException> refusal = Failures.chain(thrown).stream()
                .filter(ValidationException.class::isInstance)
                .map(ValidationException.class::cast)
                .findFirst();
        return refusal.map(Failure::ofValidation).orElseGet(() -> ofQuery(thrown));
    }

    boolean isTheSameAs(Failure other) {
        return kind == other.kind && signature.equals(other.signature) && place.equals(other.place);
    }

    Chance chance() {
        return kind.chance();
    }

    private static Failure ofValidation(ValidationException refused) {
        boolean isTransient = refused.problems().stream().allMatch(Problem::isTransient);
        String reason = refused.problems().stream()
                .filter(problem -> isTransient || !problem.isTransient())
                .map(Problem::toString)
                .map(Errors::clause)
                .collect(Collectors.joining("; "));
        return new Failure(
                isTransient ? FailureKind.CONNECTION_LOST : FailureKind.START_REFUSED,
                reason,
                "refused: " + reason,
                "");
    }

    private static Failure ofQuery(Throwable thrown) {
        FailureKind kind = Failures.kind(thrown);
        String place = thrown instanceof StreamingQueryException failed ? failed.startOffset() : "";
        String name = Errors.nameOf(trace(thrown));
        String reason = Failures.classified(thrown)
                .map(own -> Errors.clause(own.getMessage()))
                .orElse(kind.sentence() + " (" + name + ")");
        return new Failure(kind, reason, name + " at " + origin(thrown), place);
    }

    private static String origin(Throwable thrown) {
        Throwable root = thrown;
        for (Throwable cause : Failures.chain(thrown)) {
            root = cause;
        }
        StackTraceElement[] stack = root.getStackTrace();
        return root.getClass().getName() + (stack.length == 0 ? "" : " in " + stack[0]);
    }

    private static String trace(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
