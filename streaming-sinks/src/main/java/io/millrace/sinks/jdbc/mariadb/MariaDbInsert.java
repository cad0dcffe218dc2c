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
 * Inserts rows by prepared statements of many rows each. The number of rows is a power of two, so that a few
 * statements, which the driver caches, suffice for any number of rows. Not thread-safe: it has a buffer.
 */
final class MariaDbInsert {
    private static final int MOST_ROWS = 256;
    private static final int MOST_PARAMETERS = 65_535;
    /** A sixteenth of the server's default for the size of a packet. */
    private static final long BYTES = 1 << 20;
    /** Rows wait no longer than this, since the server ends the transaction of an idle client. */
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
     * Creates an insert from the parts of its statement before and after the rows.
     *
     * @param numbers how many numbers each row has after its columns
     */
    MariaDbInsert(String into, String end, List<PlannedColumn> columns, int numbers) {
        this.into = into;
        this.end = end;
        this.columns = MariaDbValue.of(columns);
        this.numbers = numbers;
        this.mostRows = Integer.highestOneBit(Math.min(MOST_ROWS, MOST_PARAMETERS / (columns.size() + numbers)));
    }

    /** Sends rows in their order; returns their number. */
    long send(Connection connection, Iterator<Row> rows) throws SQLException {
        return send(connection, rows, 0, 0);
    }

    /** Sends rows with two numbers after the columns: one that counts up from {@code sequence}, and {@code attempt}. */
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

    /** Throws if a value cannot be sent. NULL can, even for NOT NULL: the row of a known key may keep its old value. */
    void check(Row row) throws InvalidValueException {
        for (MariaDbValue column : columns) {
            column.in(row);
        }
    }

    private void add(Row row, long... suffix) throws InvalidValueException {
        if (buffer.isEmpty()) {
            oldest = System.nanoTime();
        }
        @Nullable Object[] values = values(row);
        for (int index = 0; index < columns.size(); index++) {
            weight += weightOf(values[index]);
        }
        for (int index = 0; index < numbers; index++) {
            values[columns.size() + index] = suffix[index];
        }
        buffer.add(values);
    }

    /** Returns the parameters of a row, with space for the numbers after them. */
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

    /** Inserts rows in a single statement. */
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
        return IntStream.range(0, rows).mapToObj(index -> row).collect(Collectors.joining(", ", into + "VALUES ", end));
    }
}
