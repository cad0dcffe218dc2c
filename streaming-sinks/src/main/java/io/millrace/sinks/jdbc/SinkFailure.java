package io.millrace.sinks.jdbc;

import io.millrace.core.internal.ClassifiedFailure;
import io.millrace.core.internal.FailureKind;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** The failure of a write that no retry of the sink has helped, with what it means for the query. */
final class SinkFailure extends IllegalStateException implements ClassifiedFailure {
    @Serial
    private static final long serialVersionUID = 1L;

    private final FailureKind kind;

    SinkFailure(String message, FailureKind kind) {
        this(message, kind, null);
    }

    /** @param cause an error whose text is free of values */
    SinkFailure(String message, FailureKind kind, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    @Override
    public FailureKind kind() {
        return kind;
    }
}
