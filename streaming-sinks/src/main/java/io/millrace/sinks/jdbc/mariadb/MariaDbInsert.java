package io.millrace.sinks.jdbc.mariadb;

import io.millrace.sinks.jdbc.dialect.InvalidValueException;
import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Inserts rows by prepared statements of many rows each: their numbers are powers of two, so that a handful of
 * statements, which the driver keeps, serves any number of rows. Not thread-safe: it has a buffer.
 */
final class MariaDbInsert {
    private static final int MOST_ROWS = 256;
    private static final int MOST_PARAMETERS = 65_535;
    /** A sixteenth of what a server takes in one packet, unless it was told otherwise. */
    private static final long BYTES = 1 << 20;
    /** A transaction whose client is silent for long is ended by the server. */
    private static final long NANOS = 10_000_000_000L;

    private final String into;
    private final String end;
    private final List<MariaDbValue> columns;
    private final int numbers;
    private final int mostRows;
    private final List<@Nullable Object[]> buffer = new ArrayList<>();
    private long weight;
    private long oldest;

    /**
     * Two parts of a statement, between which the rows stand.
     *
     * @param numbers how many numbers each row has behind its columns
     */
    MariaDbInsert(String into, String end, List<PlannedColumn> columns, int numbers) {
        this.into = into;
        this.end = end;
        this.columns = MariaDbValue.of(columns);
        this.numbers = numbers;
        this.mostRows = Integer.highestOneBit(Math.min(MOST_ROWS, MOST_PARAMETERS / (columns.size() + numbers)));
    }

    /** The number of rows sent, in their order. */
    long send(Connection connection, Iterator<Row> rows) throws SQLException {
        return send(connection, rows, 0, 0);
    }

    /** The same with two numbers behind each row: one that counts on from {@code sequence}, and {@code attempt}. */
    long send(Connection connection, Iterator<Row> rows, long sequence, long attempt) throws SQLException {
        buffer.clear();
        weight = 0;
        long sent = 0;
        while (rows.hasNext()) {
            add(rows.next(), sequence + sent++, attempt);
            if (full()) {
                flush(connection);
            }
        }
        flush(connection);
        return sent;
    }

    /** Throws where {@link #send} would before it has asked the server. */
    void check(Row row) throws InvalidValueException {
        for (MariaDbValue column : columns) {
            column.in(row);
        }
    }

    private void add(Row row, long... behind) throws InvalidValueException {
        if (buffer.isEmpty()) {
            oldest = System.nanoTime();
        }
        @Nullable Object[] values = values(row);
        for (int index = 0; index < columns.size(); index++) {
            weight += weightOf(values[index]);
        }
        for (int index = 0; index < numbers; index++) {
            values[columns.size() + index] = behind[index];
        }
        buffer.add(values);
    }

    /** What the driver is given for a row, with room for the numbers behind it. */
    @Nullable Object[] values(Row row) throws InvalidValueException {
        @Nullable Object[] values = new Object[columns.size() + numbers];
        for (int index = 0; index < columns.size(); index++) {
            values[index] = columns.get(index).in(row);
            columns.get(index).checkNull(values[index]);
        }
        return values;
    }

    private static long weightOf(@Nullable Object value) {
        if (value instanceof String text) {
            return 3L * text.length();
        }
        return value instanceof byte[] bytes ? bytes.length : 16;
    }

    private boolean full() {
        return buffer.size() == mostRows || weight >= BYTES || System.nanoTime() - oldest >= NANOS;
    }

    private void flush(Connection connection) throws SQLException {
        int from = 0;
        while (from < buffer.size()) {
            int rows = Integer.highestOneBit(buffer.size() - from);
            insert(connection, buffer.subList(from, from + rows));
            from += rows;
        }
        buffer.clear();
        weight = 0;
    }

    /** In a single statement. */
    void insert(Connection connection, List<@Nullable Object[]> rows) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(statement(rows.size()))) {
            int parameter = 1;
            for (@Nullable Object[] row : rows) {
                for (@Nullable Object value : row) {
                    insert.setObject(parameter++, value);
                }
            }
            insert.executeUpdate();
        }
    }

    private String statement(int rows) {
        String row = IntStream.range(0, columns.size() + numbers)
                .mapToObj(index -> "?")
                .collect(Collectors.joining(", ", "(", ")"));
        return IntStream.range(0, rows).mapToObj(index -> row).collect(Collectors.joining(", ", into, end));
    }
}
