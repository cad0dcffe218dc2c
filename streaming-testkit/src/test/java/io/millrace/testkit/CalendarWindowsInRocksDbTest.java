package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.testkit.StreamKit.row;

import io.millrace.core.CalendarWindow;
import io.millrace.core.Transforms;
import java.time.ZoneId;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Windows of a calendar keep their state in RocksDB through restarts, and give it back. */
@StreamingTest(stateStore = StreamingTest.StateStore.ROCKSDB)
class CalendarWindowsInRocksDbTest {
    private static Dataset<Row> days(Input<Row> hits) {
        CalendarWindow days = CalendarWindow.days(ZoneId.of("Europe/Brussels"));
        return Hits.windowed(hits, Transforms.windowedCount("time", days).by("zip"));
    }

    /** The clock goes from 02:00 to 03:00 on 29 March: that day has 23 hours. */
    @Test
    void theDaysOfTheSpringChangeGoOnAfterRestartsAndAreEvicted(StreamKit kit) {
        Input<Row> hits = Hits.of(kit);
        kit.run(days(hits), append())
                .batch(
                        "28 March, three keys",
                        b -> b.given(
                                        hits,
                                        row("1", "2026-03-27T23:00:00Z"),
                                        row("2", "2026-03-28T12:00:00Z"),
                                        row("3", "2026-03-28T22:59:59.999999Z"))
                                .emitsNothing()
                                .stateRows(3))
                .restartWith(days(hits))
                .batch(
                        "29 March, before the change",
                        b -> b.given(hits, row("1", "2026-03-28T23:00:00Z"), row("2", "2026-03-29T00:59:59Z"))
                                .emits(
                                        row("2026-03-27T23:00:00Z", "2026-03-28T23:00:00Z", "1", 1),
                                        row("2026-03-27T23:00:00Z", "2026-03-28T23:00:00Z", "2", 1),
                                        row("2026-03-27T23:00:00Z", "2026-03-28T23:00:00Z", "3", 1))
                                .stateRows(2))
                .restartWith(days(hits))
                .batch(
                        "29 March, after it",
                        b -> b.given(hits, row("1", "2026-03-29T01:00:00Z"), row("1", "2026-03-29T21:59:59.999999Z"))
                                .emitsNothing()
                                .stateRows(2))
                .restartWith(days(hits))
                .batch(
                        "30 March",
                        b -> b.given(hits, row("2", "2026-03-29T22:00:00Z"))
                                .emits(
                                        row("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", "1", 3),
                                        row("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", "2", 1))
                                .stateRows(1))
                .batch(
                        "late, and the day after",
                        b -> b.given(hits, row("1", "2026-03-29T21:59:59Z"), row("1", "2026-03-30T22:00:00Z"))
                                .dropsLate(1)
                                .emits(row("2026-03-29T22:00:00Z", "2026-03-30T22:00:00Z", "2", 1))
                                .stateRows(1));
    }
}
