package io.millrace.sinks.jdbc.dialect;

import java.sql.SQLException;

/**
 * The reason why the table refuses one of many rows.
 *
 * @param number the number of the row among them
 * @param reason the server's own text, which may hold values: only for the table of dead letters
 * @param description a text without values, for logs and errors
 */
public record Refusal(long number, String state, String reason, String description) {
    /** Returns the same refusal for another row number. */
    public Refusal at(long other) {
        return new Refusal(other, state, reason, description);
    }

    public static Refusal of(long number, SQLException thrown, SqlFaults faults) {
        return new Refusal(
                number,
                String.valueOf(thrown.getSQLState()),
                String.valueOf(thrown.getMessage()),
                faults.describe(thrown));
    }
}
