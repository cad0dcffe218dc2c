package io.millrace.sinks.jdbc.dialect;

/** A row that is not as its columns say. The message has no values. */
public final class RowJsonException extends Exception {
    private static final long serialVersionUID = 1L;

    RowJsonException(String reason) {
        super(reason);
    }
}
