package io.millrace.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DemoResultTest {
    private static final Bucket NINE = new Bucket(Instant.parse("2026-01-01T09:02:00Z"), "94105");
    private static final Bucket TEN = new Bucket(Instant.parse("2026-01-01T10:02:00Z"), "10001");
    private static final ExpectedCounts TRUTH = new ExpectedCounts(Map.of(NINE, 3L, TEN, 4L), 10, 0, 1, 2);

    @Test
    void equalTableIsExact() {
        DemoResult result = DemoResult.of(10, TRUTH, TRUTH.counts(), query(10, 2, 1));
        assertThat(result.closingLine()).isEqualTo("demo: exact, events=10 windows=2 late=1 malformed=2 differences=0");
    }

    @Test
    void eachDifferentRowIsReported() {
        Map<Bucket, Long> table = new HashMap<>(TRUTH.counts());
        table.put(NINE, 2L);
        table.remove(TEN);
        table.put(new Bucket(NINE.windowStart(), "00000"), 1L);
        DemoResult result = DemoResult.of(10, TRUTH, table, query(10, 2, 1));
        assertThat(result.differences())
                .containsExactly(
                        "window 09:02 - 09:12 zip 00000: expected 0, found 1",
                        "window 09:02 - 09:12 zip 94105: expected 3, found 2",
                        "window 10:02 - 10:12 zip 10001: expected 4, found 0");
        assertThat(result.closingLine()).startsWith("demo: NOT exact,").endsWith("differences=3");
    }

    @Test
    void progressOfTheQueryIsComparedWithTheTopic() {
        DemoResult result = DemoResult.of(11, TRUTH, TRUTH.counts(), query(9, 1, 0));
        assertThat(result.differences())
                .containsExactly(
                        "records in the topic: expected 11, found 10",
                        "records read by the query: expected 10, found 9",
                        "malformed records seen by the query: expected 2, found 1",
                        "any hits dropped by the watermark: expected true, found false");
    }

    private static QueryWatch.Snapshot query(long read, long malformed, long dropped) {
        return new QueryWatch.Snapshot(read, malformed, dropped, 7, Instant.EPOCH);
    }
}
