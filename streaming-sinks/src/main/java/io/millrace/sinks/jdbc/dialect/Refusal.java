package io.millrace.sinks.jdbc.dialect;

import java.sql.SQLException;

/**
 * Why the table refuses one of many rows.
 *
 * @param number of the row among them
 * @param reason the server's own text, which may hold values: for the table of dead letters alone
 * @param description the same without any value, for logs and errors
 */
public record Refusal(long number, String state, String reason, String description) {
    /** The same of a row that has another number. */
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
