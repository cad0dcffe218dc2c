package io.millrace.testkit;

import static io.millrace.testkit.StreamKit.at;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** What holds of every difference between rows, on random rows; a repetition's number is its seed. */
class RowDiffPropertiesTest {
    private static final StructType SCHEMA = StructType.fromDDL(
            "id BIGINT, name STRING, ratio DOUBLE, price DECIMAL(10, 2), time TIMESTAMP, bytes BINARY, ok BOOLEAN,"
                    + " tags ARRAY<STRING>, place STRUCT<zip: STRING, n: INT>, counts MAP<STRING, BIGINT>");
    private static final int ID = 0;

    private static final RowDiff DIFF = new RowDiff(SCHEMA, Map.of(), List.of("id"));

    @RepeatedTest(20)
    void rowsDoNotDifferFromThemselvesShuffled(RepetitionInfo seed) {
        Random random = new Random(seed.getCurrentRepetition());
        List<Row> rows = rows(random);
        List<Row> shuffled = copies(rows);
        Collections.shuffle(shuffled, random);

        assertThat(DIFF.unordered(rows, shuffled)).isEmpty();
        assertThat(DIFF.ordered(rows, copies(rows))).isEmpty();
    }

    @RepeatedTest(20)
    void eachSingleChangeIsNamedAndNothingElse(RepetitionInfo seed) {
        Random random = new Random(seed.getCurrentRepetition());
        List<Row> expected = rows(random);
        List<Row> actual = copies(expected);
        int row = random.nextInt(actual.size());
        int column = 1 + random.nextInt(SCHEMA.length() - 1);
        actual.set(row, with(actual.get(row), column, anotherValue(column, actual.get(row), random)));

        String text = DIFF.unordered(expected, actual).orElseThrow();

        assertThat(text).startsWith("1 row differs\n");
        assertThat(marks(text)).isEqualTo(2);
        assertThat(line(text, "expected"))
                .contains("*" + RowText.value(expected.get(row).get(column)) + "*");
        assertThat(line(text, "was"))
                .contains("*" + RowText.value(actual.get(row).get(column)) + "*");
    }

    @RepeatedTest(20)
    void rowThatIsTakenAwayIsMissing(RepetitionInfo seed) {
        Random random = new Random(seed.getCurrentRepetition());
        List<Row> expected = rows(random);
        List<Row> actual = copies(expected);
        Row gone = actual.remove(random.nextInt(actual.size()));

        String text = DIFF.unordered(expected, actual).orElseThrow();

        assertThat(text).startsWith("1 row is missing\n");
        assertThat(cells(line(text, "missing"))).isEqualTo(cells("missing", gone));
        assertThat(DIFF.ordered(expected, actual)).hasValue(text);
    }

    @RepeatedTest(20)
    void rowThatComesTwiceIsNotExpected(RepetitionInfo seed) {
        Random random = new Random(seed.getCurrentRepetition());
        List<Row> expected = rows(random);
        List<Row> actual = copies(expected);
        Row twice = copies(expected).get(random.nextInt(expected.size()));
        actual.add(random.nextInt(actual.size()), twice);

        String text = DIFF.unordered(expected, actual).orElseThrow();

        assertThat(text).startsWith("1 row was not expected\n");
        assertThat(cells(line(text, "not expected"))).isEqualTo(cells("not expected", twice));
    }

    @RepeatedTest(20)
    void whatIsMissingOneWayIsUnexpectedTheOther(RepetitionInfo seed) {
        Random random = new Random(seed.getCurrentRepetition());
        List<Row> some = rows(random);
        List<Row> others = rows(random);

        Optional<String> there = DIFF.unordered(some, others);
        Optional<String> back = DIFF.unordered(others, some);

        assertThat(count(there, "missing")).isEqualTo(count(back, "not expected"));
        assertThat(count(there, "not expected")).isEqualTo(count(back, "missing"));
        assertThat(count(there, "expected")).isEqualTo(count(back, "was"));
    }

    @RepeatedTest(20)
    void swappedRowsAreFoundOnlyIfOrderCounts(RepetitionInfo seed) {
        Random random = new Random(seed.getCurrentRepetition());
        List<Row> expected = rows(random);
        List<Row> actual = copies(expected);
        int first = random.nextInt(actual.size() - 1);
        Collections.swap(actual, first, first + 1);

        assertThat(DIFF.unordered(expected, actual)).isEmpty();
        assertThat(DIFF.ordered(expected, actual))
                .hasValueSatisfying(text -> assertThat(text)
                        .startsWith("the same rows in another order, first at row " + (first + 1) + "\n"));
    }

    @RepeatedTest(20)
    void summaryCountsWhatTheTableShows(RepetitionInfo seed) {
        Random random = new Random(seed.getCurrentRepetition());
        List<Row> expected = rows(random);
        List<Row> actual = copies(expected);
        actual.remove(0);
        actual.add(row(1_000L, random));
        actual.set(0, with(actual.get(0), 1, "another name"));

        assertThat(DIFF.unordered(expected, actual))
                .hasValueSatisfying(text -> assertThat(text)
                        .startsWith("1 row differs, 1 row is missing, 1 row was not expected\n")
                        .containsOnlyOnce("\n  missing ")
                        .containsOnlyOnce("\n  not expected ")
                        .containsOnlyOnce("\n  expected ")
                        .containsOnlyOnce("\n  was "));
    }

    /** Between 2 and 9 rows, each with an id of its own. */
    private static List<Row> rows(Random random) {
        List<Row> rows = new ArrayList<>();
        int count = 2 + random.nextInt(8);
        for (long id = 0; id < count; id++) {
            rows.add(row(id, random));
        }
        return rows;
    }

    private static Row row(long id, Random random) {
        @Nullable Object[] values = new Object[SCHEMA.length()];
        values[ID] = id;
        for (int column = 1; column < values.length; column++) {
            values[column] = random.nextInt(8) == 0 ? null : value(column, random);
        }
        return RowFactory.create(values);
    }

    private static Object value(int column, Random random) {
        int n = random.nextInt(1_000);
        return switch (column) {
            case 1 -> "name " + n;
            case 2 -> n / 8.0;
            case 3 -> BigDecimal.valueOf(n, 2);
            case 4 -> at("00:00").plusSeconds(n);
            case 5 -> ("bytes " + n).getBytes(StandardCharsets.UTF_8);
            case 6 -> n % 2 == 0;
            case 7 -> List.of("tag", "tag " + n);
            case 8 -> RowFactory.create("zip " + n, n);
            default -> Map.of("key " + n, (long) n);
        };
    }

    private static Object anotherValue(int column, Row of, Random random) {
        Object another = value(column, random);
        while (RowText.value(another).equals(RowText.value(of.get(column)))) {
            another = value(column, random);
        }
        return another;
    }

    private static Row with(Row row, int column, Object value) {
        @Nullable Object[] values = new Object[row.length()];
        for (int index = 0; index < values.length; index++) {
            values[index] = index == column ? value : row.get(index);
        }
        return RowFactory.create(values);
    }

    /** The same rows, of which no array or decimal is the same object. */
    private static List<Row> copies(List<Row> rows) {
        List<Row> copies = new ArrayList<>();
        for (Row row : rows) {
            Row copy = row;
            if (row.get(5) instanceof byte[] bytes) {
                copy = with(copy, 5, bytes.clone());
            }
            if (row.get(3) instanceof BigDecimal price) {
                copy = with(copy, 3, new BigDecimal(price.toString()));
            }
            copies.add(copy);
        }
        return copies;
    }

    private static long marks(String text) {
        return text.split("\\*[^*]+\\*", -1).length - 1L;
    }

    private static String line(String text, String label) {
        return lines(text, label).stream().findFirst().orElse("");
    }

    private static long count(Optional<String> text, String label) {
        return text.map(found -> lines(found, label).size()).orElse(0);
    }

    private static List<String> lines(String text, String label) {
        return text.lines().filter(line -> line.startsWith("  " + label + "  ")).toList();
    }

    private static List<String> cells(String line) {
        return List.of(line.strip().split(" {2,}"));
    }

    private static List<String> cells(String label, Row row) {
        List<String> cells = new ArrayList<>(List.of(label));
        cells.addAll(RowText.cells(row));
        return cells;
    }
}
