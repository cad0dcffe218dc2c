package io.millrace.core.internal;

/** An exception that knows why the query fails. Its message has no values of rows and no secrets. */
public interface ClassifiedFailure {
    /** Why the query fails. */
    FailureKind kind();
}
