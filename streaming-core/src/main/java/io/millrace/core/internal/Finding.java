package io.millrace.core.internal;

import java.util.List;

/**
 * Something that a check refuses. Callers turn it into the problem of the public API:
 * {@code finding.as(Problem::new)}.
 *
 * @param field the call or the option that is wrong
 * @param value its value, never a secret
 * @param reason what is wrong with it, a clause without a full stop
 * @param hint what to do about it, a sentence
 * @param isTransient whether it may pass by itself
 */
public record Finding(String field, String value, String reason, String hint, boolean isTransient) {
    /** One that does not pass by itself. */
    public Finding(String field, String value, String reason, String hint) {
        this(field, value, reason, hint, false);
    }

    /** This finding as a problem. */
    public <P> P as(Constructor<P> problem) {
        return problem.of(field, value, reason, hint, isTransient);
    }

    /** Each of {@code findings} as a problem. */
    public static <P> List<P> all(List<Finding> findings, Constructor<P> problem) {
        return findings.stream().map(finding -> finding.as(problem)).toList();
    }

    /** The constructor of a problem. */
    @FunctionalInterface
    public interface Constructor<P> {
        /** Creates a problem. */
        P of(String field, String value, String reason, String hint, boolean isTransient);
    }
}
