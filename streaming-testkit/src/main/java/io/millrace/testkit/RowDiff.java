package io.millrace.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Compares rows as a multiset or in order, and shows row by row how they differ. */
final class RowDiff {
    private static final int MOST_ROWS = 20;

    /** Of rows with more, only the columns that differ are shown. */
    private static final int MOST_COLUMNS = 8;

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
        Map<List<@Nullable Object>, List<Row>> open = byKey(actual);
        List<Row> missing = new ArrayList<>();
        byKey(expected).forEach((key, rows) -> {
            List<Row> candidates = open.getOrDefault(key, new ArrayList<>());
            if (keyIsWholeRow) {
                int pairs = Math.min(rows.size(), candidates.size());
                missing.addAll(rows.subList(pairs, rows.size()));
                candidates.subList(0, pairs).clear();
            } else {
                match(rows, candidates, missing);
            }
        });
        List<Row> extra = open.values().stream().flatMap(List::stream).toList();
        return missing.isEmpty() && extra.isEmpty() ? Optional.empty() : Optional.of(describe(missing, extra));
    }

    private Map<List<@Nullable Object>, List<Row>> byKey(List<Row> rows) {
        Map<List<@Nullable Object>, List<Row>> byKey = new LinkedHashMap<>(2 * rows.size());
        rows.forEach(row ->
                byKey.computeIfAbsent(key(row), key -> new ArrayList<>(1)).add(row));
        return byKey;
    }

    /** Removes from {@code candidates} a row for each of {@code rows}; adds those without one to {@code missing}. */
    private void match(List<Row> rows, List<Row> candidates, List<Row> missing) {
        int[] partners = Matching.of(
                rows.size(),
                candidates.size(),
                (row, candidate) -> equalCells(rows.get(row), candidates.get(candidate)) == columns.length);
        Set<Integer> paired = new HashSet<>();
        for (int row = 0; row < partners.length; row++) {
            if (partners[row] < 0) {
                missing.add(rows.get(row));
            } else {
                paired.add(partners[row]);
            }
        }
        List<Row> all = List.copyOf(candidates);
        candidates.clear();
        for (int candidate = 0; candidate < all.size(); candidate++) {
            if (!paired.contains(candidate)) {
                candidates.add(all.get(candidate));
            }
        }
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
                table.line("expected", cells(expected.get(row), actual.get(row)));
                table.line("was", cells(actual.get(row), expected.get(row)));
                return Optional.of(
                        "the same rows in another order, first at row " + (row + 1) + "\n\n" + table.text("  "));
            }
        }
        return Optional.empty();
    }

    private String describe(List<Row> missing, List<Row> extra) {
        List<Row> unmatched = new ArrayList<>(extra);
        List<Row> alone = new ArrayList<>();
        List<Pair> pairs = new ArrayList<>();
        for (Row row : missing) {
            Optional<Row> nearest = pairs.size() < MOST_ROWS ? nearest(row, unmatched) : Optional.empty();
            if (nearest.isPresent()) {
                unmatched.remove(nearest.get());
                pairs.add(new Pair(row, nearest.get()));
            } else {
                alone.add(row);
            }
        }
        int[] shown = shown(pairs);
        TextTable differing = new TextTable().line("", named(shown));
        pairs.forEach(pair -> differing
                .line("expected", marked(pair.expected, pair.actual, shown))
                .line("was", marked(pair.actual, pair.expected, shown)));
        boolean isWhole = shown.length == columns.length;
        TextTable whole = isWhole ? differing : new TextTable().line("", List.of(columns));
        addRows(whole, "missing", alone, unmatched);
        addRows(whole, "not expected", unmatched, alone);
        String summary = summary(pairs.size(), alone.size(), unmatched.size()) + "\n\n";
        if (isWhole) {
            return summary + differing.text("  ");
        }
        String equal = "  The other " + (columns.length - shown.length) + " columns are equal.\n";
        String others = alone.isEmpty() && unmatched.isEmpty() ? "" : "\n" + whole.text("  ");
        return summary + differing.text("  ") + equal + others;
    }

    /** A row that was expected, and the one that came instead. */
    private record Pair(Row expected, Row actual) {}

    /** The columns to show of {@code pairs}: all of them, of wide rows the keys and those that differ. */
    private int[] shown(List<Pair> pairs) {
        return IntStream.range(0, columns.length)
                .filter(column -> pairs.isEmpty()
                        || columns.length <= MOST_COLUMNS
                        || Arrays.stream(keys).anyMatch(key -> key == column)
                        || pairs.stream().anyMatch(pair -> !equal(column, pair.expected, pair.actual)))
                .toArray();
    }

    private List<String> named(int[] shown) {
        return Arrays.stream(shown).mapToObj(column -> columns[column]).toList();
    }

    private void addRows(TextTable table, String label, List<Row> rows, List<Row> others) {
        rows.stream().limit(MOST_ROWS).forEach(row -> table.line(label, cells(row, others)));
        if (rows.size() > MOST_ROWS) {
            table.line(label, List.of("... and " + (rows.size() - MOST_ROWS) + " more"));
        }
    }

    /** Of the {@code others} that are shown, one that would read as {@code row} does decides which part is shown. */
    private List<String> cells(Row row, List<Row> others) {
        List<String> cells = RowText.cells(row);
        return others.stream()
                .limit(MOST_ROWS)
                .filter(other -> RowText.cells(other).equals(cells))
                .findFirst()
                .map(other -> cells(row, other))
                .orElse(cells);
    }

    private List<String> cells(Row row, Row other) {
        return IntStream.range(0, columns.length)
                .mapToObj(column -> equal(column, row, other)
                        ? RowText.value(row.get(column))
                        : RowText.differing(row.get(column), other.get(column)))
                .toList();
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

    private List<String> marked(Row row, Row other, int[] shown) {
        return Arrays.stream(shown)
                .mapToObj(column -> equal(column, row, other)
                        ? RowText.value(row.get(column))
                        : "*" + RowText.differing(row.get(column), other.get(column)) + "*")
                .toList();
    }

    private int equalCells(Row one, Row other) {
        int equal = 0;
        for (int column = 0; column < columns.length; column++) {
            equal += equal(column, one, other) ? 1 : 0;
        }
        return equal;
    }

    private boolean equal(int column, Row one, Row two) {
        Object left = one.get(column);
        Object right = two.get(column);
        Double tolerance = tolerances[column];
        Object comparable = ComparableValue.of(left);
        Object other = ComparableValue.of(right);
        return tolerance == null
                ? Objects.equals(comparable, other)
                : ComparableValue.isNear(comparable, other, tolerance);
    }

    private List<@Nullable Object> key(Row row) {
        @Nullable Object[] key = new Object[columns.length];
        for (int column = 0; column < key.length; column++) {
            key[column] = tolerances[column] != null ? null : ComparableValue.of(row.get(column));
        }
        return Arrays.asList(key);
    }
}
