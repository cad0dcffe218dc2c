package io.millrace.core.internal.kafka;

import io.millrace.core.internal.ClassifiedFailure;
import io.millrace.core.internal.FailureKind;
import java.io.Serial;

/** Thrown if Kafka does not take records and would not at another attempt. Its message is a clause, without values. */
public final class NotAcceptedException extends IllegalStateException implements ClassifiedFailure {
    @Serial
    private static final long serialVersionUID = 1L;

    private final FailureKind kind;

    /** Without a cause, whose text may have what a record holds. */
    public NotAcceptedException(String message, FailureKind kind) {
        super(message);
        this.kind = kind;
    }

    @Override
    public FailureKind kind() {
        return kind;
    }
}
