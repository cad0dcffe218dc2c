package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.internal.BatchCounts;
import io.millrace.core.internal.RowCount;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QueryHealthTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Optional<Instant> WATERMARK = Optional.of(Instant.parse("2026-01-01T11:50:00Z"));

    private final Health limits = StreamingQueries.health().lagOver(100).watermarkStalledFor(Duration.ofMinutes(5));
    private final QueryHealth query = new QueryHealth("traffic", limits);

    @Test
    void lagOverTheLimitIsReportedOnceAMinute() {
        assertThat(query.observe(batch(0, 0, 100, 0))).isEmpty();
        assertThat(query.observe(batch(1, 10, 101, 0)))
                .containsExactly("Query \"traffic\" lags by 101 rows in a Kafka partition (limit 100, batch 1)."
                        + " Raise maxOffsetsPerTrigger, or give it more cores or partitions.");
        assertThat(query.observe(batch(2, 69, 101, 0))).isEmpty();
        assertThat(query.observe(batch(3, 70, 101, 0))).hasSize(1);
    }

    @Test
    void lateRowsAreAddedUpBetweenWarnings() {
        assertThat(query.observe(batch(0, 0, 0, 2))).singleElement().asString().contains("dropped 2 rows");
        assertThat(query.observe(batch(1, 10, 0, 3))).isEmpty();
        assertThat(query.observe(batch(2, 20, 0, 4))).isEmpty();
        assertThat(query.observe(batch(3, 60, 0, 0)))
                .containsExactly(
                        "Query \"traffic\" dropped 7 rows older than the watermark 2026-01-01T11:50:00Z (batch 3;"
                                + " counted after partial aggregation, so events may be more). A longer delay in"
                                + " withWatermark keeps such rows.");
        assertThat(count("late-rows-dropped")).isEqualTo(9L);
    }

    @Test
    void aWatermarkThatDoesNotAdvanceAlthoughRowsArriveIsReported() {
        assertThat(query.observe(batch(0, 0, 0, 0))).isEmpty();
        assertThat(query.observe(batch(1, 299, 0, 0))).isEmpty();
        assertThat(query.observe(batch(2, 300, 0, 0)))
                .containsExactly(
                        "The watermark of query \"traffic\" has stood at 2026-01-01T11:50:00Z for 300 s, although"
                                + " 30 rows arrived (batch 2): no window closes. Check the event times: are all"
                                + " old, or NULL?");
        assertThat(gauge("watermark-stalled-ms")).isEqualTo(300_000L);
    }

    @Test
    void aWatermarkThatMovesIsNotStalled() {
        query.observe(batch(0, 0, 0, 0));
        Optional<Instant> later = WATERMARK.map(time -> time.plusSeconds(1));

        assertThat(query.observe(new BatchProgress(1, NOON.plusSeconds(600), 10, 0, 0, later, List.of())))
                .isEmpty();
        assertThat(gauge("watermark-stalled-ms")).isEqualTo(0L);
    }

    @Test
    void aWatermarkAheadOfTheClockIsReported() {
        assertThat(query.observe(at(0, 0, "1970-01-01T00:00:00Z"))).isEmpty();
        assertThat(query.observe(at(1, 10, "2026-01-01T11:50:10Z"))).isEmpty();
        assertThat(query.observe(at(2, 20, "2026-01-01T14:00:20Z")))
                .containsExactly("The watermark of query \"traffic\" leapt from 2026-01-01T11:50:10Z to"
                        + " 2026-01-01T14:00:20Z before batch 2, and is 7200 s ahead of the clock: rows with the right"
                        + " time are late now. Is a producer's clock wrong? withWatermark(..).aheadAtMost(..) keeps"
                        + " such rows from moving it. The checkpoint keeps this watermark.");
        assertThat(query.observe(at(3, 30, "2026-01-01T14:00:20Z"))).isEmpty();
        assertThat(query.observe(at(4, 80, "2026-01-01T14:00:20Z"))).hasSize(1);
    }

    @Test
    void aWatermarkThatWasAheadBeforeTheWatchIsReported() {
        assertThat(query.observe(at(7, 0, "+86399-12-31T00:00:00Z")))
                .singleElement()
                .asString()
                .startsWith("The watermark of query \"traffic\" was at +86399-12-31T00:00:00Z in batch 7, the first one"
                        + " seen, and is ");
    }

    @Test
    void aLeapBehindTheClockIsReportedIfTheWatermarkHasKeptPace() {
        query.observe(at(0, 0, "2026-01-01T11:00:00Z"));
        assertThat(query.observe(at(1, 10, "2026-01-01T11:00:10Z"))).isEmpty();
        assertThat(query.observe(at(2, 20, "2026-01-01T11:45:00Z")))
                .singleElement()
                .asString()
                .startsWith("The watermark of query \"traffic\" leapt from 2026-01-01T11:00:10Z to"
                        + " 2026-01-01T11:45:00Z before batch 2: rows with the right time are late now.");
    }

    @Test
    void afterALeapLateRowsDoNotAskForALongerDelay() {
        query.observe(at(0, 0, "2026-01-01T11:50:00Z"));
        query.observe(at(1, 10, "2026-01-01T14:00:00Z"));

        assertThat(query.observe(
                        new BatchProgress(2, NOON.plusSeconds(20), 10, 0, 3, time("2026-01-01T14:00:00Z"), List.of())))
                .containsExactly("Query \"traffic\" dropped 3 rows older than the watermark 2026-01-01T14:00:00Z (batch"
                        + " 2; counted after partial aggregation, so events may be more). The watermark leapt from"
                        + " 2026-01-01T11:50:00Z to 2026-01-01T14:00:00Z before batch 1, perhaps by one row with a"
                        + " wrong time: see aheadAtMost(..) of withWatermark.");
    }

    @Test
    void aReplayOfOldRowsIsNoLeap() {
        query.observe(at(0, 0, "1970-01-01T00:00:00Z"));
        assertThat(query.observe(at(1, 10, "2025-12-01T00:00:00Z"))).isEmpty();
        assertThat(query.observe(at(2, 20, "2025-12-11T00:00:00Z"))).isEmpty();
        assertThat(query.observe(at(3, 30, "2025-12-31T00:00:00Z"))).isEmpty();
        assertThat(query.observe(at(4, 40, "2026-01-01T11:50:40Z"))).isEmpty();
    }

    @Test
    void aTopicThatWasIdleIsNoLeap() {
        query.observe(at(0, 0, "2026-01-01T11:50:00Z"));
        query.observe(at(1, 60, "2026-01-01T11:51:00Z"));

        assertThat(query.observe(at(2, 7_200, "2026-01-01T13:50:00Z"))).noneMatch(warning -> warning.contains("leapt"));
    }

    private static BatchProgress at(long batch, int second, String watermark) {
        return new BatchProgress(batch, NOON.plusSeconds(second), 10, 0, 0, time(watermark), List.of());
    }

    private static Optional<Instant> time(String text) {
        return Optional.of(Instant.parse(text));
    }

    @Test
    void aStreamWithoutAWatermarkIsNotStalled() {
        query.observe(new BatchProgress(0, NOON, 10, 0, 0, Optional.empty(), List.of()));

        assertThat(query.observe(new BatchProgress(1, NOON.plusSeconds(900), 10, 0, 0, Optional.empty(), List.of())))
                .isEmpty();
    }

    @Test
    void aFailureIsNamedByItsRootCauseWithoutTheRowInItsText() {
        assertThat(query.failed("""
                        java.util.concurrent.ExecutionException: org.postgresql.util.PSQLException: row 42
                        \tat java.base/java.util.concurrent.FutureTask.report(FutureTask.java:122)
                        Caused by: org.postgresql.util.PSQLException: ERROR: a row
                        Caused by: 42
                        \tat org.postgresql.core.v3.QueryExecutorImpl.receive(QueryExecutorImpl.java:2725)
                        \t... 3 more
                        """))
                .containsExactly("Query \"traffic\" failed with PSQLException. Spark's log and query.exception() say"
                        + " more. The next start reruns its last batch.");
        assertThat(query.failed("java.lang.IllegalStateException\n\tat org.example.Job.run(Job.java:1)\n"))
                .singleElement()
                .asString()
                .startsWith("Query \"traffic\" failed with IllegalStateException. ");
    }

    @Test
    void aFailureFoundByThisLibraryIsNamedWithItsMessage() {
        assertThat(query.failed("""
                        org.apache.spark.SparkException: Job aborted: 42
                        \tat org.apache.spark.scheduler.DAGScheduler.failJob(DAGScheduler.scala:2844)
                        Caused by: java.lang.IllegalStateException: Upsert into "t" failed: no permission.
                        \tat io.millrace.sinks.jdbc.Retries.failure(Retries.java:180)
                        """))
                .singleElement()
                .asString()
                .startsWith("Query \"traffic\" failed with IllegalStateException: Upsert into \"t\" failed: no"
                        + " permission. Spark's log");
    }

    @Test
    void faultyRowsAreAddedUpBetweenWarnings() {
        BatchCounts.Sum malformed =
                new BatchCounts.Sum(RowCount.Fault.MALFORMED, "jsonFields(value)", 10, 2, "malformed JSON");
        BatchCounts.Sum timeless =
                new BatchCounts.Sum(RowCount.Fault.NO_EVENT_TIME, "windowed(at)", 10, 3, "at is NULL");

        BatchCounts.Sum ahead =
                new BatchCounts.Sum(RowCount.Fault.AHEAD_OF_CLOCK, "withWatermark(at)", 10, 4, "at is wrong; dropped");

        assertThat(query.observe(faulty(0, 0, malformed, timeless, ahead)))
                .containsExactly(
                        "Query \"traffic\" found 2 malformed documents (batch 0, in jsonFields(value)), such as:"
                                + " malformed JSON",
                        "Query \"traffic\" dropped 3 rows without an event time (batch 0, in windowed(at)), such"
                                + " as: at is NULL",
                        "Query \"traffic\" found 4 rows ahead of the clock (batch 0, in withWatermark(at)), such"
                                + " as: at is wrong; dropped");
        assertThat(query.observe(faulty(1, 10, malformed))).isEmpty();
        assertThat(query.observe(faulty(2, 60, malformed)))
                .singleElement()
                .asString()
                .contains("found 4 malformed documents (batch 2");
        assertThat(count("malformed-rows")).isEqualTo(6L);
        assertThat(count("rows-without-event-time")).isEqualTo(3L);
        assertThat(count("rows-ahead-of-clock")).isEqualTo(4L);
    }

    private static BatchProgress faulty(long batch, int second, BatchCounts.Sum... sums) {
        return new BatchProgress(batch, NOON.plusSeconds(second), 10, 0, 0, Optional.empty(), List.of(sums));
    }

    @Test
    // Null is the point of the test.
    @SuppressWarnings("NullAway")
    void invalidLimitsAreRefused() {
        assertThatThrownBy(() -> StreamingQueries.health().lagOver(-1))
                .hasMessage("lagOver(-1): rows cannot be negative. Use 0 for any lag.");
        assertThatThrownBy(() -> StreamingQueries.health().repeatEvery(null))
                .hasMessage("repeatEvery(): time is null. Pass a value.");
        assertThatThrownBy(() -> StreamingQueries.health().watch(null))
                .hasMessage("watch(): spark is null. Pass a value.");
        assertThatThrownBy(() -> StreamingQueries.stopAtShutdown(null, Duration.ZERO))
                .hasMessage("stopAtShutdown(): spark is null. Pass a value.");
        assertThatThrownBy(() -> StreamingQueries.stopBetweenBatches(null, Duration.ZERO))
                .hasMessage("stopBetweenBatches(): query is null. Pass a value.");
        assertThatThrownBy(() -> StreamingQueries.health().repeatEvery(Duration.ZERO))
                .hasMessage("repeatEvery(PT0S): the time must be above zero.");
        assertThatThrownBy(() -> StreamingQueries.health().watermarkStalledFor(Duration.ofSeconds(-1)))
                .hasMessage("watermarkStalledFor(PT-1S): the time must be above zero.");
    }

    private static BatchProgress batch(long batch, int second, long lag, long late) {
        return new BatchProgress(batch, NOON.plusSeconds(second), 10, lag, late, WATERMARK, List.of());
    }

    private Object gauge(String name) {
        return Objects.requireNonNull(query.metrics().getGauges().get(name)).getValue();
    }

    private long count(String name) {
        return query.metrics().counter(name).getCount();
    }
}
