package io.millrace.sinks;

import java.sql.SQLException;
import org.apache.spark.sql.Row;

/**
 * A row that the table refuses.
 *
 * @param row as the stream had it
 * @param reason the server's own text, which may hold values: for the table of dead letters alone
 */
record DeadLetter(Row row, String state, String reason) {
    static DeadLetter of(Row row, SQLException refusal) {
        return new DeadLetter(row, String.valueOf(refusal.getSQLState()), String.valueOf(refusal.getMessage()));
    }
}
