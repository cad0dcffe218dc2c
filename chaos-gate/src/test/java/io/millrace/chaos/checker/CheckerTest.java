package io.millrace.chaos.checker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks two partitions of ten events in two batches, with one error at a time. */
class CheckerTest {
    private static final String QUERY = "q";
    private final Truth truth = new Truth(7);
    private final Map<Integer, Long> ends = Map.of(0, 10L, 1, 10L);
    private final List<Written> audit = new ArrayList<>();
    private final List<Written> history = new ArrayList<>();
    private final Map<BatchId, BatchPlan> plans = Map.of(
            new BatchId(QUERY, 0), new BatchPlan(Map.of(), Map.of(0, 5L, 1, 5L)),
            new BatchId(QUERY, 1), new BatchPlan(Map.of(0, 5L, 1, 5L), Map.of(0, 10L, 1, 10L)));

    @BeforeEach
    void writeEverythingOnce() {
        for (int partition = 0; partition < 2; partition++) {
            for (long offset = 0; offset < 10; offset++) {
                audit.add(written(truth.at(partition, offset), offset / 5, 100 + offset / 5));
            }
        }
    }

    @BeforeEach
    void setEachKeyOnceInEachBatch() {
        for (long batch = 0; batch < 2; batch++) {
            long number = batch;
            Map<Integer, Event> last = latest(batch * 5, batch * 5 + 5);
            last.values().forEach(event -> history.add(written(event, number, 100 + number)));
        }
    }

    @Test
    void everyEventOnceIsClean() {
        Verdict verdict = check();
        assertThat(verdict.findings()).isEmpty();
        assertThat(verdict.events()).isEqualTo(20);
    }

    @Test
    void keySetOnceInEachBatchIsClean() {
        assertThat(settled().findings()).isEmpty();
    }

    @Test
    void keySetTwiceInOneBatchIsDuplicated() {
        history.add(history.get(0));
        assertThat(settled().duplicated()).isEqualTo(1);
    }

    @Test
    void keyThatABatchOmittedIsLostEvenIfALaterBatchSetIt() {
        history.remove(0);
        assertThat(settled().lost()).isEqualTo(1);
    }

    @Test
    void keySetToAnEarlierEventOfItsBatchIsAltered() {
        Written last = history.get(0);
        Event other = new Event(
                last.event().partition(), last.event().offset(), last.event().key(), -1);
        history.set(0, new Written(other, last.batch(), QUERY, 0, last.transaction()));
        assertThat(settled().altered()).isEqualTo(1);
    }

    @Test
    void batchSettledInTwoTransactionsIsPartial() {
        Written last = history.get(0);
        history.set(0, new Written(last.event(), last.batch(), QUERY, 0, -1));
        assertThat(settled().partial()).isEqualTo(1);
    }

    @Test
    void missingRowsAreLostAtAnyPosition() {
        audit.removeIf(row -> row.event().partition() == 0 && row.event().offset() == 0);
        audit.removeIf(row -> row.event().partition() == 1 && row.event().offset() >= 8);
        Verdict verdict = check();
        assertThat(verdict.lost()).isEqualTo(3);
        assertThat(verdict.findings())
                .contains("lost: partition 0, offsets 0 until 1", "lost: partition 1, offsets 8 until 10");
    }

    @Test
    void allRowsOfAnEmptyTableAreLost() {
        audit.clear();
        assertThat(check().lost()).isEqualTo(20);
    }

    @Test
    void repeatedRowIsDuplicated() {
        audit.add(audit.get(3));
        assertThat(check().duplicated()).isEqualTo(1);
    }

    @Test
    void rowWithAnotherAmountIsAltered() {
        Written row = audit.remove(4);
        Event event = row.event();
        audit.add(written(
                new Event(event.partition(), event.offset(), event.key(), event.amount() + 1),
                row.batch(),
                row.transaction()));
        Verdict verdict = check();
        assertThat(verdict.altered()).isPositive();
        assertThat(verdict.findings()).anySatisfy(text -> assertThat(text).contains("another event at this offset"));
    }

    @Test
    void rowWithoutARecordIsAltered() {
        audit.add(written(truth.at(0, 10), 1, 101));
        assertThat(check().findings()).anySatisfy(text -> assertThat(text).contains("has no such event"));
    }

    @Test
    void batchInTwoTransactionsIsPartial() {
        Written row = audit.remove(0);
        audit.add(written(row.event(), row.batch(), 999));
        Verdict verdict = check();
        assertThat(verdict.partial()).isEqualTo(1);
        assertThat(verdict.findings())
                .containsExactly("partial: batch 0 of query q was written by several transactions");
    }

    @Test
    void rowInAnotherBatchThanPlannedIsPartial() {
        Written row = audit.remove(4);
        audit.add(written(row.event(), 1, 101));
        assertThat(check().partial()).isEqualTo(2);
    }

    @Test
    void batchThatIsNotInTheCheckpointIsAltered() {
        audit.replaceAll(row -> row.batch() == 1 ? written(row.event(), 2, row.transaction()) : row);
        assertThat(check().findings()).anySatisfy(text -> assertThat(text).contains("batch 2 of query q is not in"));
    }

    @Test
    void totalThatDiffersFromAuditAndExpectedEventsIsAltered() {
        Map<Integer, Total> totals = totals();
        totals.compute(
                truth.at(0, 0).key(),
                (key, total) -> Total.NONE.plus(truth.at(0, 0)).plus(truth.at(0, 0)));
        assertThat(new Checker(truth, ends).append(audit, totals, plans).altered())
                .isEqualTo(2);
    }

    @Test
    void keyThatWentBackIsLost() {
        Map<Integer, Event> rows = latest(10);
        assertThat(new Checker(truth, ends).upsert(rows).clean()).isTrue();
        Map<Integer, Event> older = latest(9);
        assertThat(older).isNotEqualTo(rows);
        assertThat(new Checker(truth, ends).upsert(older).lost()).isPositive();
    }

    @Test
    void keyThatIsNotInTheTopicIsAltered() {
        Map<Integer, Event> rows = latest(10);
        rows.put(-1, truth.at(0, 0));
        assertThat(new Checker(truth, ends).upsert(rows).findings())
                .containsExactly("altered: key -1 is not in the topic");
    }

    private Verdict check() {
        return new Checker(truth, ends).append(audit, totals(), plans);
    }

    private Verdict settled() {
        return new Checker(truth, ends).settled(history, latest(10), plans);
    }

    private Map<Integer, Total> totals() {
        Map<Integer, Total> totals = new HashMap<>();
        audit.forEach(row -> totals.merge(
                row.event().key(), Total.NONE.plus(row.event()), (total, unused) -> total.plus(row.event())));
        return totals;
    }

    private Map<Integer, Event> latest(long end) {
        return latest(0, end);
    }

    private Map<Integer, Event> latest(long from, long end) {
        Map<Integer, Event> latest = new HashMap<>();
        for (int partition = 0; partition < 2; partition++) {
            for (long offset = from; offset < end; offset++) {
                Event event = truth.at(partition, offset);
                latest.put(event.key(), event);
            }
        }
        return latest;
    }

    private static Written written(Event event, long batch, long transaction) {
        return new Written(event, batch, QUERY, 1, transaction);
    }
}
