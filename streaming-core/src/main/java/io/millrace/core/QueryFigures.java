package io.millrace.core;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.millrace.core.internal.MetricName;
import io.millrace.core.internal.ShownMetrics;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.sql.streaming.StreamingQueryProgress;

/**
 * All metrics of one query. Those that a pipeline has started live as long as the driver, so that counters never go
 * back; they are shown from its start to its end, and after a failure until the next start.
 */
final class QueryFigures implements QueryFollower {
    /** Those of pipelines, by the names of the queries. */
    private static final ConcurrentHashMap<String, QueryFigures> OF_PIPELINES = new ConcurrentHashMap<>();

    private final QueryHealth health;
    private final BatchFigures batches = new BatchFigures();
    private final ShownMetrics shown;
    private final Set<UUID> running = new HashSet<>();

    QueryFigures(String query, Health limits) {
        this.health = new QueryHealth(query, limits);
        MetricRegistry metrics = health.metrics();
        batches.addTo(metrics);
        metrics.register("running", (Gauge<Integer>) this::running);
        this.shown = new ShownMetrics(MetricName.ofQuery(query), metrics);
    }

    static QueryFigures ofPipeline(String query) {
        return OF_PIPELINES.computeIfAbsent(query, unused -> new QueryFigures(query, Health.DEFAULT));
    }

    void show() {
        shown.show();
    }

    void hide() {
        shown.hide();
    }

    @Override
    public synchronized void started(UUID run) {
        running.add(run);
        health.alive();
        hide(); // Those of an earlier run that failed, perhaps in a Spark that was stopped since.
        show();
    }

    /** Records one batch and returns its warnings. */
    List<String> observe(StreamingQueryProgress progress) {
        batches.observe(progress);
        return health.observe(BatchProgress.of(progress));
    }

    @Override
    public void progressed(StreamingQueryProgress batch) {
        observe(batch);
    }

    @Override
    public void idle() {
        health.alive();
        batches.idle();
    }

    /** Records a failure of the query and returns its warnings. */
    List<String> failed(String stackTrace) {
        return health.failed(stackTrace);
    }

    @Override
    public synchronized void ended(UUID run, Optional<String> failure) {
        running.remove(run);
        failure.ifPresent(this::failed);
        if (running.isEmpty() && failure.isEmpty()) {
            hide();
        }
    }

    private synchronized int running() {
        return running.isEmpty() ? 0 : 1;
    }
}
