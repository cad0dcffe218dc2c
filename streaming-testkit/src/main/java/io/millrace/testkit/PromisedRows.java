package io.millrace.testkit;

import io.millrace.testkit.SinkContract.Promise;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** The rows that a sink was given, and those that its target has if the sink keeps its promise. */
final class PromisedRows {
    private final Promise promise;
    private final StructType columns;
    private final StructType targetColumns;
    private final List<String> keys;
    private final int deleted;
    private final List<Row> given = new ArrayList<>();
    private final Set<Object> repeatable = new HashSet<>();
    private int startOfBatch;

    PromisedRows(Promise promise, StructType columns, List<String> keys) {
        this.promise = promise;
        this.columns = columns;
        this.keys = keys;
        this.deleted =
                promise == Promise.UPSERT ? Arrays.asList(columns.fieldNames()).indexOf(SampleRows.DELETED) : -1;
        this.targetColumns = new StructType(IntStream.range(0, columns.length())
                .filter(column -> column != deleted)
                .mapToObj(column -> columns.fields()[column])
                .toArray(StructField[]::new));
    }

    void startBatch(List<Row> rows) {
        startOfBatch = given.size();
        rows.forEach(row -> given.add(Values.row(row, columns)));
    }

    int count() {
        return given.size();
    }

    /** The last batch runs again: a sink that promises each row at least once may repeat its rows. */
    void rerunLast() {
        given.subList(startOfBatch, given.size()).forEach(row -> repeatable.add(comparable(row)));
    }

    /** How the rows of the target differ from those that the sink has promised. */
    Optional<String> difference(List<Row> target) {
        List<Row> expected = expected();
        List<Row> actual = OldTimestamps.read(target, expected).stream()
                .map(row -> Values.row(row, targetColumns))
                .toList();
        return new RowDiff(targetColumns, Map.of(), keys)
                .unordered(
                        expected, promise == Promise.APPEND_AT_LEAST_ONCE ? withoutRepeats(expected, actual) : actual);
    }

    private List<Row> expected() {
        return switch (promise) {
            case APPEND_EXACTLY_ONCE, APPEND_AT_LEAST_ONCE -> List.copyOf(given);
            case INSERT -> List.copyOf(byKey().values());
            case UPSERT ->
                byKey().values().stream()
                        .filter(row -> deleted < 0 || !Boolean.TRUE.equals(row.get(deleted)))
                        .map(this::withoutDeleted)
                        .toList();
        };
    }

    private Map<Object, Row> byKey() {
        Map<Object, Row> byKey = new LinkedHashMap<>();
        for (Row row : given) {
            byKey.merge(key(row), row, promise == Promise.INSERT ? (first, more) -> first : (old, last) -> last);
        }
        return byKey;
    }

    private List<@Nullable Object> key(Row row) {
        List<@Nullable Object> key = new ArrayList<>();
        keys.forEach(name -> key.add(ComparableValue.of(row.get(columns.fieldIndex(name)))));
        return key;
    }

    private Row withoutDeleted(Row row) {
        return deleted < 0
                ? row
                : RowFactory.create(IntStream.range(0, columns.length())
                        .filter(column -> column != deleted)
                        .mapToObj(row::get)
                        .toArray());
    }

    /** {@code actual} without the copies beyond {@code expected} of rows that may be repeated. */
    private List<Row> withoutRepeats(List<Row> expected, List<Row> actual) {
        Map<Object, Integer> open = new HashMap<>();
        expected.forEach(row -> open.merge(comparable(row), 1, Integer::sum));
        return actual.stream()
                .filter(row -> {
                    Object value = comparable(row);
                    return open.merge(value, -1, Integer::sum) >= 0 || !repeatable.contains(value);
                })
                .toList();
    }

    private static Object comparable(Row row) {
        return Objects.requireNonNull(ComparableValue.of(row));
    }
}
