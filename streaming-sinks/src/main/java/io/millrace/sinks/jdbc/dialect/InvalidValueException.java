package io.millrace.sinks.jdbc.dialect;

import java.io.Serial;
import java.sql.SQLDataException;

/** A value that its column cannot take, found before the server saw it. Its message holds no value. */
public final class InvalidValueException extends SQLDataException {
    @Serial
    private static final long serialVersionUID = 1L;

    public InvalidValueException(String column, String reason) {
        super("column \"" + column + "\": " + reason, "22000");
    }
}
