package io.millrace.sinks.jdbc.dialect;

import java.sql.SQLException;

/**
 * The reason why the table refuses one of many rows.
 *
 * @param number the number of the row among them
 * @param fault the kind of the error
 * @param byForeignKey whether a foreign key refuses the row, which the table may accept after other rows
 * @param reason the server's own text, which may hold values: only for the table of dead letters
 * @param description a text without values, for logs and errors
 */
public record Refusal(
        long number, SqlFault fault, boolean byForeignKey, String state, String reason, String description) {
    /** Returns the same refusal for another row number. */
    public Refusal at(long other) {
        return new Refusal(other, fault, byForeignKey, state, reason, description);
    }

    public static Refusal of(long number, SQLException thrown, SqlFaults faults) {
        return new Refusal(
                number,
                faults.of(thrown),
                faults.isForeignKey(thrown),
                String.valueOf(thrown.getSQLState()),
                String.valueOf(thrown.getMessage()),
                faults.describe(thrown));
    }
}
