package io.millrace.core;

import static io.millrace.core.internal.Arguments.notNull;

import io.millrace.core.internal.Errors;
import java.io.Serializable;

/**
 * One reason why a pipeline, a source, a transform or a sink cannot work as it is written.
 *
 * @param field the call or the option that is wrong, such as {@code upsertOn}
 * @param value its value, never a secret
 * @param reason what is wrong with it, a clause without a full stop
 * @param hint what to do about it, a sentence
 * @param isTransient whether it may pass by itself, such as a server out of reach, so that a {@link Supervisor} tries
 *     again
 */
public record Problem(String field, String value, String reason, String hint, boolean isTransient)
        implements Serializable {
    /** Refuses null. */
    public Problem {
        notNull("Problem(field, value, reason, hint)", field, value, reason, hint);
    }

    /** A problem that does not pass by itself. */
    public Problem(String field, String value, String reason, String hint) {
        this(field, value, reason, hint, false);
    }

    /** {@code field(value): reason. hint}, with the head of a value that is longer than 120 characters. */
    @Override
    public String toString() {
        return field + "(" + Errors.head(value) + "): " + reason + ". " + hint;
    }
}
