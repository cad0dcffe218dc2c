package io.millrace.sinks.jdbc.dialect;

import java.sql.SQLException;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * A row that the table refuses.
 *
 * @param row the row of the stream
 * @param state the SQLSTATE of the refusal
 * @param reason the server's own text, which may hold values: only for the table of dead letters
 */
public record DeadLetter(Row row, String state, String reason) {
    private static final int DIGEST_BYTES = 32;

    public static DeadLetter of(Row row, SQLException refusal) {
        return new DeadLetter(row, String.valueOf(refusal.getSQLState()), String.valueOf(refusal.getMessage()));
    }

    /** The columns in the table of dead letters: SQLSTATE, reason, digest and row. */
    public List<String> parts(StructType schema) {
        String text = RowJson.of(row, schema);
        return List.of(state, reason.replace("\0", "\\u0000"), Digest.of(DIGEST_BYTES, text), text);
    }
}
