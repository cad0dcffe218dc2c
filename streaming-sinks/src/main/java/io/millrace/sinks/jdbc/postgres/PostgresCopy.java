package io.millrace.sinks.jdbc.postgres;

import io.millrace.sinks.jdbc.dialect.InvalidValueException;
import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;

/** Sends rows by PostgreSQL's binary COPY, in chunks. */
class PostgresCopy {
    private static final int CHUNK = 1 << 16;

    private final PlannedColumn[] columns;
    private final PostgresCodec.ValueWriter[] writers;
    private final PostgresBuffer buffer = new PostgresBuffer(2 * CHUNK);
    private final boolean numbered;
    private final long attempt;
    private long sequence;

    PostgresCopy(List<PlannedColumn> columns) {
        this(columns, false, 0, 0);
    }

    /** Adds two columns to each row: the attempt, and a number that counts up from {@code sequence}. */
    PostgresCopy(List<PlannedColumn> columns, long attempt, long sequence) {
        this(columns, true, attempt, sequence);
    }

    private PostgresCopy(List<PlannedColumn> columns, boolean numbered, long attempt, long sequence) {
        this.columns = columns.toArray(new PlannedColumn[0]);
        this.writers = columns.stream()
                .map(column -> PostgresCodecs.of(column).writer())
                .toArray(PostgresCodec.ValueWriter[]::new);
        this.numbered = numbered;
        this.attempt = attempt;
        this.sequence = sequence;
    }

    /** Sends all rows; returns their number. */
    long send(Connection connection, String sql, Iterator<Row> rows) throws SQLException {
        CopyManager manager = connection.unwrap(PGConnection.class).getCopyAPI();
        CopyIn copy = manager.copyIn(sql);
        try {
            buffer.clear();
            buffer.header();
            while (rows.hasNext()) {
                encode(rows.next(), buffer);
                if (buffer.size() >= CHUNK) {
                    send(copy);
                }
            }
            buffer.trailer();
            send(copy);
            return copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private void send(CopyIn copy) throws SQLException {
        copy.writeToCopy(buffer.bytes(), 0, buffer.size());
        buffer.clear();
    }

    /** Throws if {@link #send} would. */
    void check(Row row) throws InvalidValueException {
        buffer.clear();
        encode(row, buffer);
    }

    void encode(Row row, PostgresBuffer out) throws InvalidValueException {
        out.int16(columns.length + (numbered ? 2 : 0));
        values(row, out);
        if (numbered) {
            numbers(out);
        }
    }

    final void values(Row row, PostgresBuffer out) throws InvalidValueException {
        for (int index = 0; index < columns.length; index++) {
            encode(row.get(columns[index].index()), columns[index], writers[index], out);
        }
    }

    final void numbers(PostgresBuffer out) {
        out.int32(8);
        out.int64(attempt);
        out.int32(8);
        out.int64(sequence++);
    }

    /** Writes one value, or NULL, in the format of COPY and arrays. */
    static void encode(
            @Nullable Object value, PlannedColumn column, PostgresCodec.ValueWriter writer, PostgresBuffer buffer)
            throws InvalidValueException {
        try {
            if (value == null) {
                buffer.nullValue();
            } else {
                writer.write(value, buffer);
            }
        } catch (IllegalArgumentException e) {
            throw new InvalidValueException(column.name(), String.valueOf(e.getMessage()));
        } catch (ArithmeticException e) {
            throw new InvalidValueException(column.name(), "the value is out of range");
        }
    }
}
