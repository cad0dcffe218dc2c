package io.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerdictTest {
    private static final Bucket NINE = new Bucket(Instant.parse("2026-01-01T09:02:00Z"), "94105");
    private static final Bucket TEN = new Bucket(Instant.parse("2026-01-01T10:02:00Z"), "10001");
    private static final Truth TRUTH = new Truth(Map.of(NINE, 3L, TEN, 4L), 10, 0, 1, 2);

    @Test
    void anEqualTableIsExact() {
        Verdict verdict = Verdict.of(10, TRUTH, TRUTH.counts(), query(10, 2, 1));
        assertThat(verdict.closingLine())
                .isEqualTo("demo: exact, events=10 windows=2 late=1 malformed=2 differences=0");
    }

    @Test
    void everyRowThatDiffersIsNamed() {
        Map<Bucket, Long> table = new HashMap<>(TRUTH.counts());
        table.put(NINE, 2L);
        table.remove(TEN);
        table.put(new Bucket(NINE.windowStart(), "00000"), 1L);
        Verdict verdict = Verdict.of(10, TRUTH, table, query(10, 2, 1));
        assertThat(verdict.differences())
                .containsExactly(
                        "window 09:02 - 09:12 zip 00000: should be 0, is 1",
                        "window 09:02 - 09:12 zip 94105: should be 3, is 2",
                        "window 10:02 - 10:12 zip 10001: should be 4, is 0");
        assertThat(verdict.closingLine()).startsWith("demo: NOT exact,").endsWith("differences=3");
    }

    @Test
    void whatTheQuerySaysOfItselfIsHeldAgainstTheTopic() {
        Verdict verdict = Verdict.of(11, TRUTH, TRUTH.counts(), query(9, 1, 0));
        assertThat(verdict.differences())
                .containsExactly(
                        "records in the topic: should be 11, is 10",
                        "records that the query has read: should be 10, is 9",
                        "malformed records that the query has seen: should be 2, is 1",
                        "hits dropped by the watermark, at all: should be true, is false");
    }

    private static QueryWatch.Snapshot query(long read, long malformed, long dropped) {
        return new QueryWatch.Snapshot(read, malformed, dropped, 7, Instant.EPOCH);
    }
}
