package io.millrace.sinks.jdbc.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is asked and when, of a table in memory and by a clock in the hand of the test. */
class LookupRowsTest {
    private final AtomicLong now = new AtomicLong();
    private final Map<String, String> held = new HashMap<>(Map.of("a", "1", "b", "2", "c", "3"));
    private final List<List<String>> asked = new ArrayList<>();
    private final LookupTally tally = new LookupTally();

    /** The table; its rows are the map's. */
    private final LookupTable table = new LookupTable() {
        @Override
        public boolean takes(List<Object> key) {
            return !key.get(0).equals("never");
        }

        @Override
        public Found find(List<List<Object>> keys) {
            asked.add(keys.stream().map(key -> (String) key.get(0)).toList());
            now.incrementAndGet();
            List<@Nullable InternalRow> rows = new ArrayList<>();
            keys.forEach(key -> rows.add(row(held.get((String) key.get(0)))));
            return new Found(rows, 1);
        }

        @Override
        public Whole all(int limit) {
            asked.add(List.of("all"));
            Map<Object, InternalRow> rows = new HashMap<>();
            held.forEach((key, value) -> rows.put(key, row(value)));
            return new Whole(rows, 0);
        }

        @Override
        public Object comparable(List<Object> key) {
            return key.get(0);
        }
    };

    private final LookupSpec.Limits limits =
            new LookupSpec.Limits(3, Duration.ofNanos(100), Duration.ofNanos(10), 100, null);
    private final LookupCaches caches = new LookupCaches(limits, now::get);

    @Test
    void aKeyIsAskedOnceForAllItsRows() {
        assertThat(found(caches, "a", "b", "a", null, "x", "a")).containsExactly("1", "2", "1", "-", "-", "1");

        assertThat(asked).containsExactly(List.of("a", "b", "x"));
        assertThat(tally.work()).hasToString("4 hits, 1 miss, 1 NULL key, 1 query for 3 keys in 0 ms, 1 retry");
    }

    @Test
    void aQueryHasNoMoreKeysThanTheLimit() {
        found(caches, "a", "b", "c", "d", "e");

        assertThat(asked).containsExactly(List.of("a", "b", "c"), List.of("d", "e"));
    }

    @Test
    void rowsThatWaitForNothingAreNotReadAhead() {
        found(caches, "a");
        AtomicInteger read = new AtomicInteger();
        Iterator<InternalRow> input = Arrays.asList("a", "a", "a").stream()
                .map(key -> {
                    read.incrementAndGet();
                    return key(key);
                })
                .iterator();

        new LookupRows(input, table, spec(false), caches, tally).next();

        assertThat(read).hasValue(1);
    }

    @Test
    void keysThatAreKnownAreNotAskedAgainUntilTheirTimeIsOver() {
        found(caches, "a", "x");
        found(caches, "a", "x");
        assertThat(asked).hasSize(1);

        now.addAndGet(9); // One nanosecond more for the query.
        found(caches, "a", "x");
        assertThat(asked).containsExactly(List.of("a", "x"), List.of("x"));

        now.addAndGet(89);
        held.put("a", "later");
        assertThat(found(caches, "a")).containsExactly("later");
    }

    @Test
    void aKeyThatTheTableCannotHoldIsNotAsked() {
        assertThat(found(caches, "never")).containsExactly("-");

        assertThat(asked).isEmpty();
        assertThat(tally.work()).hasToString("0 hits, 1 miss, 0 queries");
    }

    @Test
    void theWholeTableIsReadAgainWhenItsTimeIsOver() {
        WholeTable whole = new WholeTable(table, LookupKeys.of(spec(false)), 100, Duration.ofNanos(10), now::get);
        assertThat(found(whole, "a", "x")).containsExactly("1", "-");
        held.put("x", "new");
        now.addAndGet(10);
        assertThat(found(whole, "x", "b")).containsExactly("-", "2");
        now.addAndGet(1);

        assertThat(found(whole, "x", "b")).containsExactly("new", "2");
        assertThat(asked).containsExactly(List.of("all"), List.of("all"));
    }

    @Test
    void missesAreLeftOut() {
        Iterator<InternalRow> rows =
                new LookupRows(List.of(key("x"), key("a"), key("y")).iterator(), table, spec(true), caches, tally);

        assertThat(rows.next().getUTF8String(1)).hasToString("1");
        assertThat(rows.hasNext()).isFalse();
    }

    private List<String> found(KnownRows known, @Nullable String... keys) {
        // Spark reuses the object of a row.
        GenericInternalRow reused = new GenericInternalRow(1);
        Iterator<InternalRow> input = Arrays.stream(keys)
                .map(key -> {
                    reused.update(0, key == null ? null : UTF8String.fromString(key));
                    return (InternalRow) reused;
                })
                .iterator();
        List<String> found = new ArrayList<>();
        new LookupRows(input, table, spec(false), known, tally)
                .forEachRemaining(row -> found.add(row.isNullAt(1) ? "-" : row.getString(1)));
        return found;
    }

    private LookupSpec spec(boolean dropsMisses) {
        return new LookupSpec(List.of(0), List.of(DataTypes.StringType), 1, false, dropsMisses, limits);
    }

    private static InternalRow key(String key) {
        return new GenericInternalRow(new Object[] {UTF8String.fromString(key)});
    }

    // A key that the table does not have has no row.
    @SuppressWarnings("NullAway")
    private static InternalRow row(@Nullable String value) {
        return value == null ? null : key(value);
    }
}
