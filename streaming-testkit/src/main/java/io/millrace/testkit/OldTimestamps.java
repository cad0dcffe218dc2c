package io.millrace.testkit;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@link Timestamp} before the Gregorian calendar, which has two readings: Spark makes it by the Julian date of
 * the same name, and some JDBC drivers by the instant.
 */
final class OldTimestamps {
    private static final Instant GREGORIAN = Instant.parse("1582-10-16T00:00:00Z");

    private OldTimestamps() {}

    /** The rows of {@code actual}, with the reading that one of {@code expected} has, if there is one. */
    static List<Row> read(List<Row> actual, List<Row> expected) {
        Set<Object> times = new HashSet<>();
        for (Row row : expected) {
            for (int column = 0; column < row.length(); column++) {
                if (row.get(column) instanceof Instant time && time.isBefore(GREGORIAN)) {
                    times.add(time);
                }
            }
        }
        return times.isEmpty()
                ? actual
                : actual.stream().map(row -> read(row, times)).toList();
    }

    private static Row read(Row row, Set<Object> times) {
        @Nullable Object[] values = new Object[row.length()];
        for (int column = 0; column < values.length; column++) {
            values[column] =
                    row.get(column) instanceof Timestamp timestamp ? instant(timestamp, times) : row.get(column);
        }
        return RowFactory.create(values);
    }

    private static Instant instant(Timestamp timestamp, Set<Object> times) {
        Instant ofSpark = SparkRowInternals.instant(timestamp);
        return times.contains(ofSpark) ? ofSpark : timestamp.toInstant();
    }
}
