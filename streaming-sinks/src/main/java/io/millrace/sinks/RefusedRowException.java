package io.millrace.sinks;

import java.io.Serial;

/** The table refuses a row. Without a cause: the server's text of such a fault may hold the row's values. */
final class RefusedRowException extends IllegalStateException {
    @Serial
    private static final long serialVersionUID = 1L;

    RefusedRowException(String message) {
        super(message);
    }
}
