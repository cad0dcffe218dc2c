package io.millrace.sinks.jdbc.dialect;

import java.io.Serial;
import java.sql.SQLDataException;

/**
 * Thrown for a value that its column cannot take, before it is sent to the server. The message does not contain the
 * value.
 */
public final class InvalidValueException extends SQLDataException {
    @Serial
    private static final long serialVersionUID = 1L;

    public InvalidValueException(String column, String reason) {
        super("column \"" + column + "\": " + reason, "22000");
    }
}
