package io.millrace.core;

import static io.millrace.core.internal.Arguments.notNull;

import io.millrace.core.internal.Errors;
import java.io.Serial;
import java.util.ArrayList;
import java.util.List;

/**
 * Thrown before anything starts, with every problem that was found; its message lists them all.
 *
 * <pre>{@code
 * try {
 *     pipeline.start(spark);
 * } catch (ValidationException refused) {
 *     refused.problems().forEach(problem -> log.error("{}", problem));
 * }
 * }</pre>
 */
public final class ValidationException extends IllegalArgumentException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final ArrayList<Problem> problems;

    /**
     * {@code subject} is what cannot work, such as {@code Pipeline "traffic"}, and may be long; there is at least one
     * problem.
     */
    public ValidationException(String subject, List<Problem> problems) {
        super(message(subject, problems));
        this.problems = new ArrayList<>(problems);
    }

    /** All problems, in the order of the pipeline. */
    public List<Problem> problems() {
        return List.copyOf(problems);
    }

    private static String message(String subject, List<Problem> problems) {
        notNull("ValidationException(subject, problems)", subject, problems);
        if (problems.size() == 1) {
            return Errors.head(subject) + ": " + problems.get(0);
        }
        StringBuilder text = new StringBuilder(Errors.head(subject) + " has " + problems.size() + " problems:");
        for (Problem problem : problems) {
            text.append(System.lineSeparator()).append("  - ").append(problem);
        }
        return text.toString();
    }
}
