package io.millrace.core;

import io.millrace.core.SupervisedQuery.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryProgress;

/**
 * Since when a query is without a sign of progress: a new batch, or a report of Spark that there was nothing to read. A
 * query that waits for its trigger, or for its next start, needs none.
 */
final class ProgressWatch {
    private List<Object> sign = List.of();
    private Instant since;

    ProgressWatch(Instant start) {
        since = start;
    }

    synchronized boolean isStuck(SupervisedQuery query, Optional<StreamingQuery> running, Instant now, Duration most) {
        List<Object> seen = sign(query, running);
        if (!seen.equals(sign) || isWaiting(query, running)) {
            sign = seen;
            since = now;
        }
        return Duration.between(since, now).compareTo(most) > 0;
    }

    private static boolean isWaiting(SupervisedQuery query, Optional<StreamingQuery> running) {
        return query.state() == State.WAITING
                || running.filter(
                                active -> active.isActive() && !active.status().isTriggerActive())
                        .isPresent();
    }

    private static List<Object> sign(SupervisedQuery query, Optional<StreamingQuery> running) {
        Optional<StreamingQueryProgress> last = running.flatMap(active -> Optional.ofNullable(active.lastProgress()));
        return List.of(
                query.state(),
                query.restarts(),
                last.map(StreamingQueryProgress::batchId).orElse(-1L),
                last.map(StreamingQueryProgress::timestamp).orElse(""));
    }
}
