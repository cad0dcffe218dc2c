package io.millrace.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Compares rows as a multiset or in order, and shows row by row how they differ. */
final class RowDiff {
    private static final int MOST_ROWS = 20;

    private final String[] columns;
    private final @Nullable Double[] tolerances;
    private final boolean keyIsWholeRow;
    private final int[] keys;

    /** Rows that agree in {@code keys}, or in most columns if there are no keys, are shown as one row that differs. */
    RowDiff(StructType schema, Map<String, Double> tolerances, List<String> keys) {
        this.columns = schema.fieldNames();
        this.tolerances = Arrays.stream(columns).map(tolerances::get).toArray(Double[]::new);
        this.keyIsWholeRow = Arrays.stream(this.tolerances).allMatch(Objects::isNull);
        this.keys = keys.stream()
                .filter(List.of(columns)::contains)
                .mapToInt(schema::fieldIndex)
                .toArray();
    }

    /** The difference, if {@code actual} does not have the rows of {@code expected}, each as often, in any order. */
    Optional<String> unordered(List<Row> expected, List<Row> actual) {
        Map<List<@Nullable Object>, List<Row>> open = new LinkedHashMap<>(2 * actual.size());
        for (Row row : actual) {
            open.computeIfAbsent(key(row), key -> new ArrayList<>(1)).add(row);
        }
        List<Row> missing = new ArrayList<>();
        for (Row row : expected) {
            List<Row> candidates = open.getOrDefault(key(row), List.of());
            int match = indexOfEqual(row, candidates);
            if (match < 0) {
                missing.add(row);
            } else {
                candidates.remove(match);
            }
        }
        List<Row> extra = open.values().stream().flatMap(List::stream).toList();
        return missing.isEmpty() && extra.isEmpty() ? Optional.empty() : Optional.of(describe(missing, extra));
    }

    /** The index in {@code candidates}, whose keys are that of {@code row}; -1 if none is equal to it. */
    private int indexOfEqual(Row row, List<Row> candidates) {
        for (int candidate = 0; candidate < candidates.size(); candidate++) {
            if (keyIsWholeRow || equalCells(row, candidates.get(candidate)) == columns.length) {
                return candidate;
            }
        }
        return -1;
    }

    /** The difference, if {@code actual} does not have the rows of {@code expected} in this order. */
    Optional<String> ordered(List<Row> expected, List<Row> actual) {
        Optional<String> differing = unordered(expected, actual);
        if (differing.isPresent()) {
            return differing;
        }
        for (int row = 0; row < expected.size(); row++) {
            if (equalCells(expected.get(row), actual.get(row)) < columns.length) {
                TextTable table = new TextTable().line("", List.of(columns));
                table.line("expected", RowText.cells(expected.get(row)));
                table.line("was", RowText.cells(actual.get(row)));
                return Optional.of(
                        "the same rows in another order, first at row " + (row + 1) + "\n\n" + table.text("  "));
            }
        }
        return Optional.empty();
    }

    private String describe(List<Row> missing, List<Row> extra) {
        List<Row> unmatched = new ArrayList<>(extra);
        List<Row> alone = new ArrayList<>();
        TextTable table = new TextTable().line("", List.of(columns));
        int pairs = 0;
        for (Row row : missing) {
            Optional<Row> nearest = pairs < MOST_ROWS ? nearest(row, unmatched) : Optional.empty();
            if (nearest.isPresent()) {
                pairs++;
                unmatched.remove(nearest.get());
                table.line("expected", marked(row, nearest.get())).line("was", marked(nearest.get(), row));
            } else {
                alone.add(row);
            }
        }
        addRows(table, "missing", alone);
        addRows(table, "not expected", unmatched);
        return summary(pairs, alone.size(), unmatched.size()) + "\n\n" + table.text("  ");
    }

    private static void addRows(TextTable table, String label, List<Row> rows) {
        rows.stream().limit(MOST_ROWS).forEach(row -> table.line(label, RowText.cells(row)));
        if (rows.size() > MOST_ROWS) {
            table.line(label, List.of("... and " + (rows.size() - MOST_ROWS) + " more"));
        }
    }

    private static String summary(int differing, int missing, int extra) {
        List<String> parts = new ArrayList<>();
        add(parts, differing, differing == 1 ? " row differs" : " rows differ");
        add(parts, missing, missing == 1 ? " row is missing" : " rows are missing");
        add(parts, extra, extra == 1 ? " row was not expected" : " rows were not expected");
        return String.join(", ", parts);
    }

    private static void add(List<String> parts, int count, String text) {
        if (count > 0) {
            parts.add(count + text);
        }
    }

    private Optional<Row> nearest(Row row, List<Row> candidates) {
        return candidates.subList(0, Math.min(candidates.size(), 10 * MOST_ROWS)).stream()
                .filter(candidate -> isSame(row, candidate))
                .max(Comparator.comparingInt(candidate -> equalCells(row, candidate)));
    }

    private boolean isSame(Row row, Row other) {
        if (keys.length > 0) {
            return Arrays.stream(keys).allMatch(column -> equal(column, row, other));
        }
        int twice = 2 * equalCells(row, other);
        return twice > columns.length
                || (twice == columns.length && equal(0, row, other))
                || RowText.cells(row).equals(RowText.cells(other));
    }

    private List<String> marked(Row row, Row other) {
        List<String> cells = RowText.cells(row);
        for (int column = 0; column < cells.size(); column++) {
            if (!equal(column, row, other)) {
                cells.set(column, "*" + RowText.differing(row.get(column), other.get(column)) + "*");
            }
        }
        return cells;
    }

    private int equalCells(Row one, Row other) {
        int equal = 0;
        for (int column = 0; column < columns.length; column++) {
            equal += equal(column, one, other) ? 1 : 0;
        }
        return equal;
    }

    private boolean equal(int column, Row one, Row other) {
        Object left = one.get(column);
        Object right = other.get(column);
        Double tolerance = tolerances[column];
        if (tolerance != null && left instanceof Number a && right instanceof Number b) {
            return Math.abs(a.doubleValue() - b.doubleValue()) <= tolerance;
        }
        return Objects.equals(ComparableValue.of(left), ComparableValue.of(right));
    }

    private List<@Nullable Object> key(Row row) {
        @Nullable Object[] key = new Object[columns.length];
        for (int column = 0; column < key.length; column++) {
            key[column] = tolerances[column] != null ? null : ComparableValue.of(row.get(column));
        }
        return Arrays.asList(key);
    }
}
